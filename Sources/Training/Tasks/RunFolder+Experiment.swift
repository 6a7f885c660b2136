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

  /// The run's network for other texts than its own, which need not be there any more.
  ///
  /// - Parameter recipe: of the run.
  /// - Returns: with the parameters that the run ended with; nil of a task of images.
  /// - Throws: `DiagnosticError` when something cannot be read.
  public func experimentOnOthers(_ recipe: Recipe) throws -> (any TrainableExperiment)? {
    guard let inputs = try inputsForOthers(recipe) else { return nil }
    let experiment = try inputs.experiment(Composition(inputs, isTrained: false))
    try load(into: experiment)
    return experiment
  }

  private func inputsForOthers(_ recipe: Recipe) throws -> (any TaskInputs)? {
    if recipe.task == .languageModel { return try LanguageModelInputs(onOthers: recipe) }
    guard recipe.task == .classification, recipe.data.source == .text else { return nil }
    let metadata = try SafetensorsFile(path: lastCheckpoint(of: recipe)).metadata
    let kind = TextLayout(recipe.text).kind
    guard let isOfPairs = metadata[TextClassificationExperiment.pairsKey],
      let classes = kind == .number ? [] : ClassNames.read(metadata)
    else {
      // A checkpoint of an earlier version says less.
      return try TextClassificationInputs(recipe)
    }
    return try TextClassificationInputs(
      recipe,
      onOthersThan: LabelledTexts(noneOf: recipe.data.path ?? "", classes: classes, kind),
      isOfPairs: isOfPairs == "true")
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
