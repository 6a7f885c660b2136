import Networks
import PETL
import Recipes

extension RunFolder {
  /// The experiment of a run of retrieval with the parameters it ended with.
  ///
  /// - Parameter recipe: of the run.
  /// - Returns: what was trained.
  /// - Throws: `DiagnosticError` when the folder does not fit the recipe.
  public func retrievalExperiment(_ recipe: Recipe) throws -> RetrievalExperiment {
    let experiment = try RetrievalExperiment(recipe)
    try Checkpoint.load(lastCheckpoint(of: recipe), into: experiment.model)
    return experiment
  }
}
