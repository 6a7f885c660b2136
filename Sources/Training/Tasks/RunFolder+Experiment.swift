import Checkpoints
import Datasets
import Networks
import PETL
import Recipes

extension RunFolder {
  /// Gives an experiment the parameters that the run ended with.
  ///
  /// - Parameter experiment: of the run's recipe.
  /// - Throws: `DiagnosticError` when they do not fit, or were trained on texts of other classes.
  public func load(into experiment: any TrainableExperiment) throws {
    let path = try lastCheckpoint(of: experiment.recipe)
    if let texts = (experiment as? TextClassificationExperiment)?.texts {
      try checkClasses(texts, of: path)
    }
    try Checkpoint.load(path, into: experiment.network)
  }

  /// Refuses texts whose classes are not those of the run, in their order.
  private func checkClasses(_ texts: LabelledTexts, of checkpoint: String) throws {
    let metadata = try SafetensorsFile(path: checkpoint).metadata
    guard texts.kind != .number, let stored = metadata[ClassNames.key],
      let own = ClassNames.metadata(texts.classes)[ClassNames.key],
      ExactName(stored) != ExactName(own)
    else { return }
    throw DiagnosticError(
      "\(self.path): the classes of the texts of \(texts.splits.name) are not those of the run",
      hints: [
        "run: \(stored)", "texts: \(texts.classes.joined(separator: ", "))",
        "petl predict answers to any texts",
      ])
  }
}
