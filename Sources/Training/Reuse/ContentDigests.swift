import AdapterFiles
import Checkpoints
import Datasets
import Foundation
import Networks
import PETL
import Recipes

/// What the weights and the data of a recipe hold, whatever their files are called: SHA-256 in
/// hexadecimal digits.
public struct ContentDigests: Sendable {
  /// The digest of the file of weights.
  public let weights: String
  /// The digest of the data (`TrainableExperiment.dataDigest`).
  public let data: String
  /// The digest of the adapters that regularizers compare with; nil without one.
  public let references: String?

  /// Reads both.
  ///
  /// - Throws: `DiagnosticError` when a file cannot be read.
  public init(_ experiment: any TrainableExperiment) throws {
    try self.init(experiment.recipe, data: experiment.dataDigest())
  }

  /// The digest of weights, of the folder of a model the file in it.
  static func digest(ofWeights reference: String) throws -> String {
    if let name = WeightReference(reference).embeddedName,
      let bytes = EmbeddedData.bytes(named: name)
    {
      return SHA256.digest(of: bytes)
    }
    return try SHA256.digest(ofFile: WeightFile(path: reference).store.name)
  }

  /// Reads the weights of a recipe whose data were read.
  package init(_ recipe: Recipe, data: String) throws {
    weights = try Self.digest(ofWeights: recipe.backbone.weights)
    self.data = data
    let paths = try ReferenceAdapters.paths(recipe)
    let all = try paths.flatMap { try AdapterLocation($0).files.map(SHA256.digest(ofFile:)) }
    references = all.isEmpty ? nil : SHA256.digest(of: Array(all.joined(separator: "\n").utf8))
  }
}
