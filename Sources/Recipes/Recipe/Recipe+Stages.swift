import PETL

extension Recipe {
  /// Declares `epochs` and the list `stages`, or one stage of `epochs` that regularizes.
  mutating func visitStages(_ options: OptionReader) {
    let only = visitEpochs(options)
    options.sections("stages", &stages, help: "the parts of training, in order") { index in
      StageRecipe { $0.name = "stage-\(index + 1)" }
    }
    guard !options.isWriting else { return }
    var names: Set<String> = []
    for (stage, reader) in zip(stages, options.elementReaders(of: "stages"))
    where !names.insert(stage.name).inserted {
      reader.report("two stages are named '\(stage.name)'", at: "name")
    }
    if stages.isEmpty { stages = [only] }
  }

  /// Declares the length of training without stages; beside them it is a mistake.
  private func visitEpochs(_ options: OptionReader) -> StageRecipe {
    var stage = StageRecipe()
    let help = "the length of training when there are no stages"
    if options.isWriting { return stage }
    guard options.contains("stages") else {
      options.integer("epochs", &stage.epochs, in: StageRecipe.lengths, help: help)
      return stage
    }
    var length: Int?
    options.optionalInteger("epochs", &length, in: StageRecipe.lengths, help: help)
    if length != nil {
      options.report(
        "'epochs' and 'stages' exclude each other", at: "epochs", hints: ["keep one of them"])
    }
    return stage
  }
}
