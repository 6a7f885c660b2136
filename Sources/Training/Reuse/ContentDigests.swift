import Checkpoints
import Crypto
import Datasets
import Foundation
import PETL
import Recipes

/// What the weights and the data of a recipe hold, whatever their files are called: SHA-256 in
/// hexadecimal digits.
public struct ContentDigests: Sendable {
  /// The digest of the file of weights.
  public let weights: String
  /// The digest of the data (`TrainableExperiment.dataDigest`).
  public let data: String

  /// Reads both.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  public init(_ experiment: any TrainableExperiment) throws {
    try self.init(experiment.recipe, data: experiment.dataDigest())
  }

  /// Reads the weights of a recipe whose data were read.
  init(_ recipe: Recipe, data: String) throws {
    let reference = recipe.backbone.weights
    if let name = Ingredients.embeddedName(reference), let bytes = EmbeddedData.bytes(named: name) {
      weights = digest(of: bytes)
    } else {
      // Of a folder of a model, the file in it.
      weights = try digest(ofFile: WeightFile(path: reference).store.name)
    }
    self.data = data
  }
}

/// The SHA-256 of bytes.
func digest(of bytes: some DataProtocol) -> String {
  hexadecimal(SHA256.hash(data: bytes))
}

/// The SHA-256 of the bytes of a file.
func digest(ofFile path: String) throws -> String {
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
