import PETL
import Recipes

extension Runner {
  /// A stage that another run trained: its parameters are given to the model, its epochs are logged.
  func stored(
    _ key: String, as name: String, tell: (String) -> Void
  ) throws -> StoredStage? {
    let found: StoredStage?
    do {
      found = try reuse?.load(key, into: experiment.network)
    } catch {
      let reason = (error as? DiagnosticError)?.sentences ?? "\(error)"
      tell("warning: the stored stage '\(name)' cannot be used and is trained anew: \(reason)")
      return nil
    }
    guard let found else { return nil }
    tell("stage '\(name)' was trained by an earlier run, stored as \(key)")
    for record in found.records { try folder?.append(record) }
    return found
  }

  /// Trains a stage.
  func trainStage(
    _ stage: StageRecipe, _ regularizers: [ActiveRegularizer], as name: String,
    _ task: any TrainingTask
  ) throws -> StoredStage {
    let recipe = experiment.recipe
    var records: [EpochRecord] = []
    let setting = StageTrainer.Setting(
      title: name, task: task, recipe: recipe,
      generator: RandomGenerator(seed: UInt64(recipe.seed)),
      epochDidEnd: { [self] record, optimizer in
        records.append(record)
        guard let folder else { return }
        try folder.append(record)
        try Checkpoint.write(
          task.network, to: folder.file("checkpoint/latest.safetensors"), state: optimizer.state,
          metadata: metadata(stage: name, epoch: record.epoch))
      }, observer: observer, isStored: folder != nil)
    let (result, warnings) = try StageTrainer(setting, stage: stage, regularizers: regularizers)
      .run()
    let remarks = regularizers.compactMap { active in
      active.regularizer.note.map { "stage '\(name)': regularizer '\(active.label)' \($0)" }
    }
    return StoredStage(
      records: records, result: result, notes: warnings.map { "warning: \($0)" } + remarks)
  }
}

extension DiagnosticError {
  /// What is wrong, without places and hints.
  var sentences: String { diagnostics.map(\.message).joined(separator: "; ") }
}
