import Datasets
import Networks
import PETL
import Recipes
import Training

extension EvaluateCommand {
  /// The experiment of a recipe or a run of another task than telling images apart; nil for that task.
  func ofOtherTask(
    _ target: String, isRun: Bool, _ registry: PluginRegistry
  ) throws -> (any TrainableExperiment)? {
    let folder = isRun ? try RunFolder(existing: target) : nil
    var recipe =
      try folder?.recipe(registry: registry, overrides: network.overrides)
      ?? Recipe(path: target, overrides: network.overrides, registry: registry)
    guard !recipe.hasClasses else { return nil }
    try network.refuseWeights(beside: target)
    for (option, isGiven) in [("--on-error", network.onError != nil), ("--verify", network.verify)]
    where isGiven {
      throw DiagnosticError(
        "\(option) goes with networks that tell images apart; \(target) is of another task")
    }
    guard network.data == nil || isRun else {
      throw DiagnosticError(
        "--data goes with a run or with --weights; the recipe \(target) names its own",
        hints: ["change it by --set data.path=FILE"])
    }
    if let reason = Self.objectionToTables(recipe) {
      let given = [
        ("--per-class", perClass), ("--confusion", confusion), ("--output", output != nil),
      ].filter(\.1).map(\.0)
      guard given.isEmpty else {
        throw DiagnosticError(
          "\(target) \(reason): \(given.joined(separator: " and ")) cannot be used")
      }
    }
    if let folder {
      let others = try network.data.flatMap { _ in try folder.experimentOnOthers(recipe) }
      let experiment = try others ?? makeExperiment(recipe)
      if others == nil { try folder.load(into: experiment) }
      for note in recipe.notes + folder.changes(recipe, data: others == nil ? experiment : nil) {
        Terminal.note(note)
      }
      return experiment
    }
    // Untrained adapters are no part of the pre-trained network.
    recipe.adapter = nil
    recipe.regularizers = []
    return try makeExperiment(recipe, isTrained: false)
  }

  /// Why there are no tables of classes, a clause; nil where there are.
  private static func objectionToTables(_ recipe: Recipe) -> String? {
    guard recipe.task == .classification else {
      return "is of \(recipe.task.rawValue), which has no classes"
    }
    switch TextLayout(recipe.text).kind {
    case .classes: return nil
    case .number: return "tells a number of each text, and has no classes"
    case .several: return "tells several classes of a text, of which none is taken for another"
    }
  }

  /// Measures a split, or other texts.
  func report(
    _ experiment: any TrainableExperiment, _ split: Split, _ caution: String?
  ) throws -> EvaluationReport {
    func measured() throws -> DetailedEvaluation {
      try Workers.with(count: experiment.recipe.threads) {
        try ImageReport.during {
          try experiment.measure(split, of: network.data, batchSize: network.batchSize)
        }
      }
    }
    // What is wrong with other data is the user's to mend; its own were read before.
    if network.data == nil { try experiment.check(split) }
    let found = try network.data == nil ? RunFailure.marking(measured) : measured()
    for note in found.notes { Terminal.note(note) }
    let table = experiment.table(of: found.evaluation, called: found.name)
    return EvaluationReport(
      found,
      headline: Terminal.table(table.header, table.rows)
        + (table.footer.isEmpty ? "" : "\n" + table.footer),
      showsClasses: perClass, showsConfusion: confusion, bestOnTest: caution)
  }
}
