import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes

/// The SHA-256 of the images of a data set.
func digest(of dataset: Dataset) -> String {
  var hash = SHA256()
  hash.update(Array("\(dataset.classes)".utf8))
  for split in dataset.splits {
    guard let images = try? dataset.images(of: split) else { continue }
    // Pixels are joined from two splits that are here themselves; files may have a list of their own.
    if split == .trainAndVal, images.files == nil { continue }
    let name = split.rawValue
    switch images {
    case .pixels(let images):
      hash.update(Array("\(name) \(images.shape) \(images.labels)".utf8))
      hash.update(images.images)
    case .files(let files):
      hash.update(Array("\(name) \(images.labels)\n\(files.identity)".utf8))
    }
  }
  return hash.finish()
}

extension Recipe {
  /// The digest of the bytes of a safetensors set, of the images and labels of an embedded set, and of the
  /// names, sizes, times of change and labels of images in files.
  func digest(ofData dataset: Dataset) throws -> String {
    if data.source == .safetensors, let path = data.path {
      return try SHA256.digest(ofFile: path)
    }
    return Training.digest(of: dataset)
  }
}
