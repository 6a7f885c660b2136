import Foundation
import Networks
import PETL
import Recipes

extension LanguageWeights {
  /// The path of the language model that an adapter is for.
  ///
  /// - Parameters:
  ///   - adapter: The adapter, or the folder of a run.
  ///   - weights: What the user says; nil takes the weights of the run.
  ///   - registry: The plugins that a run's recipe may name.
  /// - Returns: nil where the weights are none of a language model, or nothing says which they are.
  /// - Throws: `DiagnosticError` when the recipe of the run cannot be read.
  package static func of(
    _ adapter: String, weights: String?, _ registry: PluginRegistry
  ) throws -> String? {
    var weights = weights
    let recipe = "\(adapter)/recipe.yaml"
    if weights == nil, FileManager.default.fileExists(atPath: recipe) {
      weights = try Recipe(run: adapter, registry: registry).backbone.weights
    }
    return weights.flatMap { recognizes($0) ? $0 : nil }
  }
}
