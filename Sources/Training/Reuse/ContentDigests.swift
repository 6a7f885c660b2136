import Crypto
import Datasets
import Foundation
import PETL
import Recipes

/// What the weights and the data of a recipe hold, whatever their files are called: SHA-256 in
/// hexadecimal digits.
public struct ContentDigests: Sendable {
  /// Of the bytes of the file of weights.
  public let weights: String
  /// Of the bytes of the file of data; of an embedded set, of its images and labels; of images in
  /// files, of their names, sizes, times of change and labels.
  public let data: String

  /// Reads both.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  public init(_ experiment: Experiment) throws {
    try self.init(experiment.recipe, experiment.dataset)
  }

  /// Reads both of a recipe whose data set is open.
  init(_ recipe: Recipe, _ dataset: Dataset) throws {
    let reference = recipe.backbone.weights
    if let name = Ingredients.embeddedName(reference), let bytes = EmbeddedData.bytes(named: name) {
      weights = digest(of: bytes)
    } else {
      weights = try digest(ofFile: reference)
    }
    data =
      if recipe.data.source == .safetensors, let path = recipe.data.path {
        try digest(ofFile: path)
      } else {
        digest(of: dataset)
      }
  }
}

/// The SHA-256 of bytes.
func digest(of bytes: some DataProtocol) -> String {
  hexadecimal(SHA256.hash(data: bytes))
}

/// The SHA-256 of the bytes of a file.
func digest(ofFile path: String) throws -> String {
  do {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var hash = SHA256()
    while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
    return hexadecimal(hash.finalize())
  } catch {
    throw DiagnosticError("\(path): cannot be read: \(error.localizedDescription)")
  }
}

private func digest(of dataset: Dataset) -> String {
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
