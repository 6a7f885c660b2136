import Datasets
import PETL
import Recipes

/// Runs an experiment: its stages, the matched control, and everything that a run leaves behind.
public final class Runner {
  private let experiment: Experiment
  private let folder: RunFolder
  private let provenance: [String: String]
  private let observer: (any TrainingObserver)?

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - experiment: what is trained.
  ///   - folder: where it is left.
  ///   - provenance: goes into the metadata of every file of weights.
  ///   - observer: is told what happens.
  public init(
    _ experiment: Experiment, folder: RunFolder, provenance: [String: String],
    observer: (any TrainingObserver)? = nil
  ) {
    self.experiment = experiment
    self.folder = folder
    self.provenance = provenance
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
    var notes = experiment.notes
    for note in notes { observer?.note(note) }
    try folder.write(
      recipe, provenance: provenance.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    var results: [StageResult] = []
    var beforeRegularizing: [String: Tensor]?

    func train(_ stage: StageRecipe, _ regularizers: [ActiveRegularizer], as name: String) throws {
      let setting = StageTrainer.Setting(
        title: name, model: model, pipeline: pipeline, recipe: recipe,
        generator: RandomGenerator(seed: UInt64(recipe.seed)),
        epochDidEnd: { [self] record, optimizer in
          try folder.append(record)
          try Checkpoint.write(
            model, to: folder.file("checkpoint/latest.safetensors"), state: optimizer.state,
            metadata: metadata(stage: name, epoch: record.epoch))
        }, observer: observer)
      let (result, warnings) = try StageTrainer(setting, stage: stage, regularizers: regularizers)
        .run()
      for warning in warnings { observer?.note("warning: \(warning)") }
      notes += warnings.map { "warning: \($0)" }
      results.append(result)
      try Checkpoint.write(
        model, to: folder.file("checkpoint/\(name).safetensors"),
        metadata: metadata(stage: name, epoch: result.keptEpoch))
      observer?.stageDidEnd(result)
    }

    for stage in recipe.stages {
      let regularizers = stage.regularizes ? experiment.regularizers : []
      if beforeRegularizing == nil, !regularizers.isEmpty { beforeRegularizing = model.snapshot() }
      try train(stage, regularizers, as: stage.name)
    }
    let format = try AdapterExport.write(
      model, to: folder.file("adapter"), baseModel: recipe.backbone.weights, metadata: provenance)
    if recipe.hasControl, let start = beforeRegularizing {
      let trained = model.snapshot()
      model.restore(start)
      // The same stages, orders and dropout; only the penalties are gone.
      let first = recipe.stages.firstIndex(where: \.regularizes) ?? 0
      for stage in recipe.stages[first...] {
        try train(stage, [], as: "control-\(stage.name)")
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

  private func metadata(stage: String, epoch: Int) -> [String: String] {
    provenance.merging(["stage": stage, "epoch": "\(epoch)"]) { _, own in own }
  }
}
