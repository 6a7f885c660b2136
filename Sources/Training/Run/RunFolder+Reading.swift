import PETL
import Recipes

extension RunFolder {
  /// The experiment of a run with the parameters it ended with.
  ///
  /// - Parameters:
  ///   - registry: the plugins that the recipe may name.
  ///   - overrides: changes to the recipe, such as another data path.
  /// - Throws: `DiagnosticError` when the folder does not fit the recipe.
  public func experiment(
    registry: PluginRegistry, overrides: [String] = []
  ) throws -> Experiment {
    let recipe = try Recipe(
      path: file("recipe.yaml"), overrides: overrides, registry: registry)
    let experiment = try Experiment(recipe)
    let last = recipe.stages.last?.name ?? "train"
    try Checkpoint.load(file("checkpoint/\(last).safetensors"), into: experiment.model)
    return experiment
  }
}
