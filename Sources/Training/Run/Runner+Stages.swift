import Networks
import Optimization
import PETL
import Ranks
import Recipes

extension Runner {
  /// Trains a leg or takes it from the store, and leaves its checkpoint.
  ///
  /// - Parameters:
  ///   - leg: of this run.
  ///   - task: what is trained.
  ///   - snapshot: where it goes on from; nil for its start.
  /// - Throws: as `run()`.
  func train(_ leg: Leg, _ task: any TrainingTask, from snapshot: StageSnapshot?) throws {
    let (recipe, network) = (experiment.recipe, experiment.network)
    // Made anew for each stage: what one of them chose by itself is this stage's.
    let regularizers = leg.regularizes ? try recipe.activeRegularizers() : []
    let rules = try recipe.activeRules(network.adapters)
    let key = reuse?.key(recipe, leg)
    var outcome: StoredStage?
    if snapshot == nil {
      let found = try key.flatMap { try stored($0, as: leg.title.description) }
      outcome = try ranks.shared(found, network)
    }
    let isTrained = outcome == nil
    if outcome == nil {
      let trained = try trainStage(leg, regularizers, rules, task, from: snapshot)
      if let key, let reuse {
        do {
          try reuse.store(trained, of: network, as: key)
        } catch let error as DiagnosticError {
          tell(
            .warning("stage '\(leg.title)' is not kept for other runs: \(error.sentences)"))
        }
      }
      outcome = trained
    }
    guard let outcome else { return }
    outcome.notes.forEach(tell)
    if let folder {
      try Checkpoint.write(
        network, to: folder.target("checkpoint/\(leg.title).safetensors"),
        metadata: metadata(stage: leg.title.description, epoch: outcome.result.keptEpoch))
    }
    if leg.isLast(of: recipe) { judge(task, isTested: isTrained) }
    results.append(outcome.result)
    observer?.stageDidEnd(outcome.result)
  }

  private func tell(_ note: Note) {
    observer?.note(note)
    notes.append(note)
  }

  /// A stage that another run trained: its parameters are given to the model, its epochs are logged.
  private func stored(_ key: String, as name: String) throws -> StoredStage? {
    let found: StoredStage?
    do {
      found = try reuse?.load(key, into: experiment.network)
    } catch {
      let reason = (error as? DiagnosticError)?.sentences ?? "\(error)"
      tell(.warning("the stored stage '\(name)' cannot be used and is trained anew: \(reason)"))
      return nil
    }
    guard let found else { return nil }
    tell("stage '\(name)' was trained by an earlier run, stored as \(key)")
    for record in found.records { try folder?.append(record) }
    return found
  }

  private func trainStage(
    _ leg: Leg, _ regularizers: [ActiveRegularizer], _ rules: [ActiveRule],
    _ task: any TrainingTask, from snapshot: StageSnapshot?
  ) throws -> StoredStage {
    let recipe = experiment.recipe
    guard let sources else { stopProgram("A stage is trained within a run.") }
    // Those of this stage that were logged before it was cut off.
    let before = (snapshot?.progress.epoch ?? 1) - 1
    var records = try before > 0 ? (folder?.records().suffix(before)).map { Array($0) } ?? [] : []
    let setting = StageTrainer.Setting(
      title: leg.title, task: task, recipe: recipe,
      generator: RandomGenerator(seed: UInt64(recipe.seed)), sources: sources,
      log: { [folder] record in
        records.append(record)
        try folder?.writing { try $0.append(record) }
      },
      save: folder.map { folder in
        { [self] snapshot in try folder.writing { try save(snapshot, leg, in: $0, task) } }
      },
      observer: observer, stop: stop, ranks: ranks)
    let trainer = try StageTrainer(
      setting, stage: recipe.stages[leg.stage], regularizers: regularizers, rules: rules)
    do {
      let (result, warnings) = try trainer.run(from: snapshot)
      let remarks = regularizers.compactMap { active in
        active.regularizer.note.map {
          Note("stage '\(leg.title)': regularizer '\(active.label)' \($0)")
        }
      }
      let ruleRemarks = rules.compactMap { active in
        active.rule.note.map { Note("stage '\(leg.title)': rule '\(active.label)' \($0)") }
      }
      return StoredStage(
        records: records, result: result, notes: warnings + remarks + ruleRemarks)
    } catch var interrupted as TrainingInterrupted {
      interrupted.folder = folder?.path
      throw interrupted
    }
  }

  /// Stores where a leg is; the last checkpoints before it are kept.
  private func save(
    _ snapshot: StageSnapshot, _ leg: Leg, in folder: RunFolder, _ task: any TrainingTask
  ) throws {
    let progress = snapshot.progress
    let stepsPerEpoch = experiment.recipe.stepsPerEpoch(of: task.exampleCount)
    let epochs = results.reduce(0) { $0 + $1.epochs } + progress.epoch - 1
    let state = ResumePoint.State(
      results: results, notes: notes, resumptions: resumptions, title: leg.title,
      progress: progress, counts: snapshot.optimizer.counts, regularizers: snapshot.regularizers,
      rules: snapshot.rules.isEmpty ? nil : snapshot.rules.mapValues(\.state),
      metricsBytes: folder.metricsBytes, decisions: decisions)
    try ResumePoint.write(
      state, snapshot, of: experiment.network,
      to: folder.target(
        RunFolder.checkpointName(afterStep: epochs * stepsPerEpoch + progress.step)),
      metadata: metadata(stage: leg.title.description, epoch: progress.epoch))
    folder.removeCheckpoints()
  }

  /// Finds out what is wrong about the answers of the network as it is.
  ///
  /// All ranks do so together, or none.
  ///
  /// - Parameters:
  ///   - task: what is trained.
  ///   - isTested: whether nothing was trained since its test split was measured.
  func judge(_ task: any TrainingTask, isTested: Bool) {
    if folder == nil, ranks.isAlone { return }
    mistakes = task.mistakes(ranks, isTested: isTested)
  }
}
