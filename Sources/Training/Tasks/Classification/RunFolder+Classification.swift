import Datasets
import Networks
import PETL
import Recipes

extension RunFolder {
  /// The experiment of a run with the parameters it ended with.
  ///
  /// - Parameters:
  ///   - registry: the plugins that the recipe may name.
  ///   - overrides: changes to the recipe, such as another data path.
  /// - Returns: what was trained.
  /// - Throws: `DiagnosticError` when the folder does not fit the recipe.
  public func experiment(
    registry: PluginRegistry, overrides: [String] = []
  ) throws -> Experiment {
    let experiment = try Experiment(recipe(registry: registry, overrides: overrides))
    let match = try headClasses(registry: registry).matched(with: experiment.dataset)
    guard match.isIdentity else {
      throw DiagnosticError(
        "\(path): the classes of data set '\(experiment.dataset.name)' are not those of the run, "
          + "or in another order", hints: ["run: \(match.names.joined(separator: ", "))"])
    }
    try load(into: experiment)
    return experiment
  }
}
