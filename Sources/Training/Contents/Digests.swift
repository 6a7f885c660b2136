import Checkpoints
import Crypto
import Datasets
import Foundation
import PETL
import Recipes

/// The SHA-256 of bytes.
package func digest(of bytes: some DataProtocol) -> String {
  hexadecimal(SHA256.hash(data: bytes))
}

/// The SHA-256 of the bytes of a file.
package func digest(ofFile path: String) throws -> String {
  var hash = SHA256()
  try readParts(of: path) { part in
    hash.update(data: part)
    return true
  }
  return hexadecimal(hash.finalize())
}

/// The SHA-256 of the images of a data set.
func digest(of dataset: Dataset) -> String {
  var hash = SHA256()
  hash.update(data: Array("\(dataset.classes)".utf8))
  for split in dataset.splits {
    guard let images = try? dataset.images(of: split) else { continue }
    // Pixels are joined from two splits that are here themselves; files may have a list of their own.
    if split == .trainAndVal, images.files == nil { continue }
    let name = split.rawValue
    switch images {
    case .pixels(let images):
      hash.update(data: Array("\(name) \(images.shape) \(images.labels)".utf8))
      hash.update(data: images.images)
    case .files(let files):
      hash.update(data: Array("\(name) \(images.labels)\n\(files.identity)".utf8))
    }
  }
  return hexadecimal(hash.finalize())
}

private func hexadecimal(_ digest: SHA256Digest) -> String {
  digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

extension Recipe {
  /// The digest of the bytes of a safetensors set, of the images and labels of an embedded set, and of the
  /// names, sizes, times of change and labels of images in files.
  func digest(ofData dataset: Dataset) throws -> String {
    if data.source == .safetensors, let path = data.path {
      return try Training.digest(ofFile: path)
    }
    return Training.digest(of: dataset)
  }
}
