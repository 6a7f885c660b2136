import PETL

extension OptionReader {
  /// The list `stages`, or one stage of `epochs` that regularizes.
  func stages() -> [StageRecipe] {
    let epochs = epochs()
    let readers = sections("stages", help: "the parts of training, in order")
    let stages = readers.enumerated().map { index, reader in
      StageRecipe(
        name: reader.stageName(default: "stage-\(index + 1)"),
        epochs: reader.integer("epochs", default: 100, in: 1...1_000_000, help: "its length"),
        regularizes: reader.boolean(
          "regularize", default: true, help: "whether the regularizers apply"),
        learningRate: reader.optionalNumber(
          "learning_rate", in: 0...1e3, help: "when it is not the optimizer's"))
    }
    var names: Set<String> = []
    for (stage, reader) in zip(stages, readers) where !names.insert(stage.name).inserted {
      reader.report("two stages are named '\(stage.name)'", at: "name")
    }
    return stages.isEmpty
      ? [StageRecipe(name: "train", epochs: epochs, regularizes: true)] : stages
  }

  /// The length of training without stages; beside them it is a mistake.
  private func epochs() -> Int {
    let help = "the length of training when there are no stages"
    let range = 1...1_000_000
    guard contains("stages") else {
      return integer("epochs", default: 100, in: range, help: help)
    }
    if optionalInteger("epochs", in: range, help: help) != nil {
      report("'epochs' and 'stages' exclude each other", at: "epochs", hints: ["keep one of them"])
    }
    return 100
  }

  /// A stage's name, which a checkpoint is named after.
  private func stageName(default fallback: String) -> String {
    let name = fileName("name", default: fallback, help: "unique in the recipe; names a file")
    if name == "latest" || name.hasPrefix("control-") {
      report(
        "a stage cannot be named '\(name)'", at: "name",
        hints: ["'latest' and names with 'control-' are files that every run writes itself"])
    }
    return name
  }
}
