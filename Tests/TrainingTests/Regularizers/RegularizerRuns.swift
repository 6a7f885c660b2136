import Foundation
import PETL
import PETLPlugins
import Recipes
import Testing

@testable import Training

/// All plugins of the package.
let builtInPlugins: PluginRegistry = {
  do { return try PluginRegistry.builtIn() } catch { preconditionFailure("\(error)") }
}()

extension Laboratory {
  /// A recipe of one epoch with a regularizer of the package.
  func recipe(
    with regularizer: String, adapter: String = "{type: lora, rank: 4}",
    _ overrides: [String] = []
  ) throws -> Recipe {
    try recipe(
      "epochs: 1\nregularizers: [\(regularizer)]\n", adapter: adapter, overrides,
      registry: builtInPlugins)
  }

  /// A run whose adapter others are compared with.
  ///
  /// - Returns: its folder.
  @discardableResult func reference(
    _ name: String = "earlier", adapter: String = "{type: lora, rank: 2}", seed: Int = 7
  ) throws -> String {
    let recipe = try recipe(
      "epochs: 1\n", adapter: adapter, ["seed=\(seed)"], registry: builtInPlugins)
    return try run(recipe, in: name).folder.path
  }

  /// The figures of the only regularizer in the last epoch.
  func figures(
    _ recipe: Recipe, in name: String = "run"
  ) throws -> (record: EpochRecord, regularizer: EpochRecord.Regularization) {
    let record = try #require(try run(recipe, in: name).records().last)
    return (record, try #require(record.regularizers.first?.value))
  }
}
