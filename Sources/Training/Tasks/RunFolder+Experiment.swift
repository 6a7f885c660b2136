import Networks
import PETL
import Recipes

extension RunFolder {
  /// Gives an experiment the parameters that the run ended with.
  ///
  /// - Parameter experiment: of the run's recipe.
  /// - Throws: `DiagnosticError` when they do not fit.
  public func load(into experiment: any TrainableExperiment) throws {
    try Checkpoint.load(lastCheckpoint(of: experiment.recipe), into: experiment.network)
  }
}
