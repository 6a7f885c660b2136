import Datasets
import PETL
import Recipes

/// Runs an experiment: its stages, the matched control, and everything that a run leaves behind.
public final class Runner {
  private let experiment: Experiment
  private let folder: RunFolder
  private let provenance: [String: String]
  private let reuse: StageStore?
  private let observer: (any TrainingObserver)?

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - experiment: what is trained.
  ///   - folder: where it is left.
  ///   - provenance: goes into the metadata of every file of weights.
  ///   - reuse: where trained stages are taken from and left; nil trains all of them.
  ///   - observer: is told what happens.
  public init(
    _ experiment: Experiment, folder: RunFolder, provenance: [String: String],
    reuse: StageStore? = nil, observer: (any TrainingObserver)? = nil
  ) {
    self.experiment = experiment
    self.folder = folder
    self.provenance = provenance
    self.reuse = reuse
    self.observer = observer
  }

  /// Trains everything.
  ///
  /// - Returns: what `summary.json` holds.
  /// - Throws: `DiagnosticError` when training diverges or a file cannot be written.
  public func run() throws -> RunSummary {
    let (recipe, model) = (experiment.recipe, experiment.model)
    if let threads = recipe.threads { Workers.count = threads }
    let pipeline = try experiment.pipeline()
    let first = recipe.stages.firstIndex(where: \.regularizes) ?? 0
    let controlled = recipe.hasControl ? first..<recipe.stages.count : 0..<0
    let caches = ActivationCaches(
      model, pipeline, memory: recipe.activationCache << 20,
      epochs: (recipe.stages + recipe.stages[controlled]).reduce(0) { $0 + $1.epochs })
    var notes = experiment.notes + caches.notes
    for note in notes { observer?.note(note) }
    try folder.write(
      recipe, provenance: provenance.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    var results: [StageResult] = []
    var beforeRegularizing: [String: Tensor]?

    func train(_ index: Int, _ regularizers: [ActiveRegularizer], as name: String) throws {
      let key = reuse?.key(recipe, stage: index, title: name)
      var outcome = try key.flatMap { try stored($0, as: name, tell: tell) }
      if outcome == nil {
        let trained = try trainStage(
          recipe.stages[index], regularizers, as: name, pipeline, caches)
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
      try Checkpoint.write(
        model, to: folder.file("checkpoint/\(name).safetensors"),
        metadata: metadata(stage: name, epoch: outcome.result.keptEpoch))
      observer?.stageDidEnd(outcome.result)
    }

    func tell(_ note: String) {
      observer?.note(note)
      notes.append(note)
    }

    for (index, stage) in recipe.stages.enumerated() {
      let regularizers = stage.regularizes ? experiment.regularizers : []
      if beforeRegularizing == nil, !regularizers.isEmpty { beforeRegularizing = model.snapshot() }
      try train(index, regularizers, as: stage.name)
    }
    let format = try AdapterExport.write(
      model, to: folder.file("adapter"), baseModel: recipe.backbone.weights, metadata: provenance)
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
      headParameters: model.headWeight.value.count + model.headBias.value.count,
      stages: results, notes: notes, adapterFormat: format)
    try folder.write(summary, to: "summary.json")
    return summary
  }

  /// A stage that another run trained: its parameters are given to the model, its epochs are logged.
  private func stored(
    _ key: String, as name: String, tell: (String) -> Void
  ) throws -> StoredStage? {
    let found: StoredStage?
    do {
      found = try reuse?.load(key, into: experiment.model)
    } catch {
      let reason = (error as? DiagnosticError)?.sentences ?? "\(error)"
      tell("warning: the stored stage '\(name)' cannot be used and is trained anew: \(reason)")
      return nil
    }
    guard let found else { return nil }
    tell("stage '\(name)' was trained by an earlier run, stored as \(key)")
    for record in found.records { try folder.append(record) }
    return found
  }

  /// Trains a stage.
  private func trainStage(
    _ stage: StageRecipe, _ regularizers: [ActiveRegularizer], as name: String,
    _ pipeline: ImagePipeline, _ caches: ActivationCaches
  ) throws -> StoredStage {
    let (recipe, model) = (experiment.recipe, experiment.model)
    var records: [EpochRecord] = []
    let setting = StageTrainer.Setting(
      title: name, model: model, pipeline: pipeline, caches: caches, recipe: recipe,
      generator: RandomGenerator(seed: UInt64(recipe.seed)),
      epochDidEnd: { [self] record, optimizer in
        records.append(record)
        try folder.append(record)
        try Checkpoint.write(
          model, to: folder.file("checkpoint/latest.safetensors"), state: optimizer.state,
          metadata: metadata(stage: name, epoch: record.epoch))
      }, observer: observer)
    let (result, warnings) = try StageTrainer(setting, stage: stage, regularizers: regularizers)
      .run()
    return StoredStage(
      records: records, result: result, notes: warnings.map { "warning: \($0)" })
  }

  private func metadata(stage: String, epoch: Int) -> [String: String] {
    provenance.merging(["stage": stage, "epoch": "\(epoch)"]) { _, own in own }
  }
}

extension DiagnosticError {
  /// What is wrong, without places and hints.
  fileprivate var sentences: String { diagnostics.map(\.message).joined(separator: "; ") }
}
