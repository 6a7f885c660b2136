import PETL
import Recipes

/// Runs an experiment: its stages, the matched control, and everything that a run leaves behind.
public final class Runner {
  let experiment: any TrainableExperiment
  let folder: RunFolder?
  private let provenance: [String: String]
  let reuse: StageStore?
  let observer: (any TrainingObserver)?

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - experiment: what is trained.
  ///   - folder: where it is left; nil leaves nothing.
  ///   - provenance: goes into the metadata of every file of weights.
  ///   - reuse: where trained stages are taken from and left; nil trains all of them, and so does a
  ///     recipe that is not whole, for its text does not decide what it trains.
  ///   - observer: is told what happens.
  public init(
    _ experiment: any TrainableExperiment, folder: RunFolder? = nil,
    provenance: [String: String] = [:],
    reuse: StageStore? = nil, observer: (any TrainingObserver)? = nil
  ) {
    self.experiment = experiment
    self.folder = folder
    self.provenance = provenance
    self.reuse = experiment.recipe.isWhole ? reuse : nil
    self.observer = observer
  }

  /// Trains everything.
  ///
  /// - Returns: what `summary.json` holds, or would hold.
  /// - Throws: `DiagnosticError` when training diverges or a file cannot be written.
  public func run() throws -> RunSummary {
    let (recipe, model) = (experiment.recipe, experiment.network)
    if let threads = recipe.threads { Workers.count = threads }
    let first = recipe.stages.firstIndex(where: \.regularizes) ?? 0
    let controlled = recipe.hasControl ? first..<recipe.stages.count : 0..<0
    let task = try experiment.openTask(
      epochs: (recipe.stages + recipe.stages[controlled]).reduce(0) { $0 + $1.epochs }
    ).task
    var notes = experiment.notes + task.notes
    if folder != nil, !recipe.isWhole {
      notes.append(
        "a recipe cannot hold all options of this run, which were made in code: petl will not read "
          + "its recipe.yaml, and its stages are not shared")
    }
    for note in notes { observer?.note(note) }
    try folder?.write(
      recipe, provenance: provenance.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    var results: [StageResult] = []
    var beforeRegularizing: [String: Tensor]?

    func train(_ index: Int, _ regularizers: [ActiveRegularizer], as name: String) throws {
      let key = reuse?.key(recipe, stage: index, title: name)
      var outcome = try key.flatMap { try stored($0, as: name, tell: tell) }
      if outcome == nil {
        let trained = try trainStage(
          recipe.stages[index], regularizers, as: name, task)
        if let key, let reuse {
          do {
            try reuse.store(trained, of: model, as: key)
          } catch let error as DiagnosticError {
            tell("warning: stage '\(name)' is not kept for other runs: \(error.sentences)")
          }
        }
        outcome = trained
      }
      guard let outcome else { return }
      outcome.notes.forEach(tell)
      results.append(outcome.result)
      if let folder {
        try Checkpoint.write(
          model, to: folder.file("checkpoint/\(name).safetensors"),
          metadata: metadata(stage: name, epoch: outcome.result.keptEpoch))
      }
      observer?.stageDidEnd(outcome.result)
    }

    func tell(_ note: String) {
      observer?.note(note)
      notes.append(note)
    }

    for (index, stage) in recipe.stages.enumerated() {
      // Made anew for each stage: what one of them chose by itself is this stage's.
      let regularizers = stage.regularizes ? try recipe.activeRegularizers() : []
      if beforeRegularizing == nil, !regularizers.isEmpty { beforeRegularizing = model.snapshot() }
      try train(index, regularizers, as: stage.name)
    }
    let format = try folder.map {
      try experiment.writeAdapter(to: $0.file("adapter"), metadata: provenance)
    }
    if recipe.hasControl, let start = beforeRegularizing {
      let trained = model.snapshot()
      model.restore(start)
      // The same stages, orders and dropout; only the penalties are gone.
      for index in controlled {
        try train(index, [], as: "control-\(recipe.stages[index].name)")
      }
      model.restore(trained)
    }
    let summary = RunSummary(
      name: recipe.name, seed: recipe.seed, threads: Workers.count,
      adapterParameters: model.adapterParameterCount,
      headParameters: model.headParameterCount,
      stages: results, notes: notes, adapterFormat: format, bestOnTest: recipe.selection.caution)
    try folder?.write(summary, to: "summary.json")
    return summary
  }

  /// What every file of weights says of itself.
  func metadata(stage: String, epoch: Int) -> [String: String] {
    provenance.merging(["stage": stage, "epoch": "\(epoch)"]) { _, own in own }
      .merging(experiment.fileMetadata) { own, _ in own }
  }
}
