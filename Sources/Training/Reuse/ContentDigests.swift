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
  /// Of the bytes of the file of data; of an embedded set, of its images and labels.
  public let data: String

  /// Reads both.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  public init(_ experiment: Experiment) throws {
    let recipe = experiment.recipe
    let reference = recipe.backbone.weights
    if let name = Ingredients.embeddedName(reference), let bytes = EmbeddedData.bytes(named: name) {
      weights = digest(of: bytes)
    } else {
      weights = try digest(ofFile: reference)
    }
    data = try recipe.data.path.map { try digest(ofFile: $0) } ?? digest(of: experiment.dataset)
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
  for (name, images) in [("train", dataset.train), ("val", dataset.val), ("test", dataset.test)] {
    guard let images else { continue }
    hash.update(data: Array("\(name) \(images.shape) \(images.labels)".utf8))
    hash.update(data: images.images)
  }
  return hexadecimal(hash.finalize())
}

private func hexadecimal(_ digest: SHA256Digest) -> String {
  digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
