import Checkpoints
import Networks
import Optimization
import PETL
import Ranks
import Recipes

/// Runs an experiment: its stages, the matched control, and everything that a run leaves behind.
public final class Runner {
  let experiment: any TrainableExperiment
  let folder: RunFolder?
  private(set) var provenance: [String: String]
  private(set) var reuse: StageStore?
  private let program: TrainingProgram?
  let observer: (any TrainingObserver)?
  let stop: StopRequest?
  let ranks: any Ranks
  let legs: [Leg]
  /// The outcomes of the legs that ended.
  var results: [StageResult] = []
  /// What the user was told of them.
  var notes: [Note] = []
  /// That the run was started by another program, where it was.
  private var otherProgram: Note?
  /// What is wrong about the answers after the last stage that is no control.
  var mistakes: Mistakes?
  /// How often the run was resumed.
  var resumptions = 0
  /// The folder that a run is resumed from; the first rank alone writes to it.
  private var source: RunFolder?
  /// What regularizers may ask for; gathered before anything is trained.
  var sources: RegularizerSources?

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - experiment: what is trained.
  ///   - folder: where it is left; nil leaves nothing.
  ///   - provenance: goes into the metadata of every file of weights.
  ///   - reuse: where trained stages are taken from and left; nil trains all of them, and so does a
  ///     recipe that is not whole, for its text does not decide what it trains.
  ///   - program: the code that computes; a run keeps its digests, and its plugin files.
  ///   - observer: is told what happens.
  ///   - stop: asks the run to end after the step that it is at.
  ///   - ranks: the processes that train together. Only the first of them is given a folder and a store.
  public init(
    _ experiment: any TrainableExperiment, folder: RunFolder? = nil,
    provenance: [String: String] = [:],
    reuse: StageStore? = nil, program: TrainingProgram? = nil,
    observer: (any TrainingObserver)? = nil, stop: StopRequest? = nil,
    ranks: any Ranks = SingleRank()
  ) {
    self.experiment = experiment
    self.folder = folder
    self.provenance = provenance
    self.reuse = reuse
    self.program = program
    self.observer = observer
    (self.stop, self.ranks) = (stop, ranks)
    legs = experiment.recipe.legs
  }

  /// Trains everything.
  ///
  /// - Returns: what `summary.json` holds, or would hold.
  /// - Throws: `DiagnosticError` when training diverges or a file cannot be written;
  ///   `TrainingInterrupted` when `stop` asked for it.
  public func run() throws -> RunSummary {
    try Workers.with(count: experiment.recipe.threads) {
      let lock = try folder.map { try FolderLock($0.path) }
      defer { lock?.release() }
      if let note = lock?.takeover { observer?.note(Note(note)) }
      try agree(provenance)
      try folder?.begin(
        experiment.recipe,
        RunOrigin(provenance: provenance, reuse: reuse?.folder, program: program))
      try folder?.keep(program?.plugins ?? [])
      if let contents = try experiment.dataContents(ranks) { try folder?.write(contents) }
      return try train(from: nil)
    }
  }

  /// Goes on with a run that was cut off, from its last checkpoint or, before there was one, from its start:
  /// what it leaves is, bit for bit, what it would have left.
  ///
  /// - Parameters:
  ///   - moved: whether the recipe names files at other places than it did; the folder's is then written anew.
  ///   - source: the folder, for ranks that do not write to it.
  /// - Returns: what `summary.json` holds.
  /// - Throws: as `run()`, and `DiagnosticError` when the runner has no folder, or the folder is of another
  ///   run, or its checkpoints are damaged.
  public func resume(moved: Bool = false, from source: RunFolder? = nil) throws -> RunSummary {
    guard let folder = folder ?? source else {
      throw DiagnosticError("a run without a folder cannot be resumed")
    }
    self.source = folder
    try folder.requireFolders()
    let lock = try self.folder.map { try FolderLock($0.path) }
    defer { lock?.release() }
    if let note = lock?.takeover { observer?.note(Note(note)) }
    let origin = try folder.origin()
    if let note = try origin.require(program, in: folder) {
      observer?.note(note)
      otherProgram = note
      // A stage that two programs trained is neither's.
      reuse = nil
    }
    if let note = try origin.require(provenance, of: experiment, in: folder) {
      observer?.note(note)
    }
    provenance = origin.provenance
    return try Workers.with(count: origin.threads) {
      try goOn(from: origin, in: folder, moved: moved)
    }
  }

  private func goOn(from origin: RunOrigin, in folder: RunFolder, moved: Bool) throws -> RunSummary
  {
    if let difference = origin.difference { observer?.note(difference) }
    let checkpoint = try folder.lastResumePoint { observer?.note($0) }
    if let checkpoint, checkpoint.state.decisions != decisions {
      throw DiagnosticError(
        "\(folder.path): the recipe is not that of the run's checkpoints",
        hints: ["a run goes on with the recipe it was started with; start another with petl run"])
    }
    if let checkpoint {
      let faults = checkpoint.state.faults(legs: legs)
      guard faults.isEmpty else {
        throw DiagnosticError(faults.map { Diagnostic("\(checkpoint.path): \($0)") })
      }
    }
    try agree(provenance, from: checkpoint)
    if ranks.isFirst {
      folder.removeLeftovers()
      if moved { try folder.begin(experiment.recipe, origin) }
      try folder.cutMetrics(to: checkpoint?.state.metricsBytes ?? 0)
    }
    return try train(from: checkpoint)
  }

  /// Refuses to train where ranks were given something else; `run()` does so, too, once there is a folder.
  ///
  /// - Parameter options: what else they must have in common, by what it is called.
  /// - Throws: `DiagnosticError` with every difference to the first rank.
  public func agree(on options: [String: String]) throws {
    if ranks.isAlone { return }
    try ranks.require(same: options)
    try Workers.with(count: experiment.recipe.threads) { try agree(provenance) }
  }

  /// Refuses to start where ranks were given something else.
  private func agree(_ provenance: [String: String], from checkpoint: ResumePoint? = nil) throws {
    if ranks.isAlone { return }
    let own = [
      "recipe": decisionsText, "number of threads": "\(Workers.count)",
      "instruction set": "\(Machine.kernels), \(Machine.blas), \(Machine.blasCore)",
      "code": program?.identity ?? "", "checkpoint": checkpoint?.digest ?? "none",
    ]
    let contents = RunOrigin.contents.map { ("\($0.value)", provenance[$0.key] ?? "") }
    try ranks.require(same: own.merging(contents) { own, _ in own })
  }

  /// The digest of what the recipe decides; every checkpoint has it.
  private(set) lazy var decisions = SHA256.digest(of: Array(decisionsText.utf8))

  private var decisionsText: String {
    let recipe = experiment.recipe
    let text = recipe.decisions(throughStage: recipe.stages.count - 1, regularized: true)
    return "control: \(recipe.hasControl)\n\(text)"
  }

  private func train(from checkpoint: ResumePoint?) throws -> RunSummary {
    let (recipe, network) = (experiment.recipe, experiment.network)
    if let shortage = Machine.shortage() {
      throw DiagnosticError(
        shortage,
        hints: [
          "raise the limit (ulimit -v, ulimit -d, or the container's), or ask for fewer threads"
        ])
    }
    try folder?.requireSpace(for: network, stages: legs.count)
    let task = try experiment.openTask(
      epochs: legs.reduce(0) { $0 + recipe.stages[$1.stage].epochs }, ranks
    ).task
    try recipe.checkBatches(of: task.exampleCount)
    let regularizers = try recipe.activeRegularizers().map(\.regularizer)
    let references = try ReferenceAdapters.read(experiment, regularizers)
    sources = RegularizerSources(
      network, regularizers, references: references.factors,
      generator: RandomGenerator(seed: UInt64(recipe.seed)))
    let remarks = recipe.remarks + experiment.notes + task.notes + references.notes
    for remark in remarks { observer?.note(remark) }

    var branch = Branch()
    var snapshot: StageSnapshot?
    if let checkpoint { snapshot = try goOn(from: checkpoint, task, &branch) }
    let own = recipe.stages.count
    for number in results.count..<legs.count {
      if number == recipe.firstRegularized, branch.start == nil {
        branch.start = network.snapshot()
      }
      if number == own, branch.trained == nil {
        // The control: the same stages, orders and dropout; only the penalties are gone.
        branch.format = try writeAdapter()
        branch.trained = network.snapshot()
        if let start = branch.start { network.restore(start) }
      }
      try train(legs[number], task, from: snapshot)
      snapshot = nil
    }
    if let trained = branch.trained {
      network.restore(trained)
    } else {
      branch.format = try writeAdapter()
    }
    let summary = RunSummary(
      name: recipe.name, seed: recipe.seed, threads: Workers.count,
      adapterParameters: network.adapterParameterCount,
      headParameters: network.headParameterCount,
      stages: results, notes: remarks + notes, adapterFormat: branch.format,
      resumptions: resumptions > 0 ? resumptions : nil,
      bestOnTest: recipe.selection.caution)
    if let folder, branch.format != nil {
      let card = ModelCard(
        recipe: recipe, summary: summary, data: experiment.dataDescription,
        metadata: provenance.merging(experiment.fileMetadata) { own, _ in own })
      try writeAtomically(Array(card.text.utf8), to: folder.target("adapter/README.md"))
    }
    if let mistakes { try folder?.write(mistakes) }
    try folder?.write(summary, to: "summary.json")
    // A run that ended has nothing to go on with.
    folder?.removeCheckpoints(but: 0)
    folder?.removeDataContents()
    return summary
  }

  /// What lies between the stages and their control.
  private struct Branch {
    /// The parameters before the first stage that regularizes.
    var start: [String: Tensor]?
    /// The parameters after the last stage; nil before.
    var trained: [String: Tensor]?
    /// The format of the adapter, once it is written.
    var format: String?
  }

  /// Brings the network, and what is known of the stages before, to where a checkpoint was written.
  private func goOn(
    from checkpoint: ResumePoint, _ task: any TrainingTask, _ branch: inout Branch
  ) throws -> StageSnapshot {
    let (recipe, network, state) = (experiment.recipe, experiment.network, checkpoint.state)
    (results, notes) = (state.results, state.notes)
    notes += [otherProgram].compactMap(\.self).filter { !notes.contains($0) }
    resumptions = state.resumptions + 1
    if let first = recipe.firstRegularized, results.count >= first {
      if first > 0 { try load(recipe.stages[first - 1].name) }
      branch.start = network.snapshot()
    }
    if results.count >= recipe.stages.count, let last = recipe.stages.last {
      try load(last.name)
      judge(task, isTested: false)
      branch.format = try writeAdapter()
      branch.trained = network.snapshot()
    }
    let progress = state.progress
    observer?.note(
      Note(
        "going on with stage '\(state.title)' after epoch \(progress.epoch - 1)"
          + (progress.step > 0 ? " and \(progress.step) steps" : "")))
    return try checkpoint.load(into: network)
  }

  private func load(_ stage: String) throws {
    guard let folder = folder ?? source else { return }
    try Checkpoint.load(folder.file("checkpoint/\(stage).safetensors"), into: experiment.network)
  }

  private func writeAdapter() throws -> String? {
    try folder.map { folder in
      try folder.requireFolders()
      return try experiment.writeAdapter(to: folder.file("adapter"), metadata: provenance)
    }
  }

  /// What every file of weights says of itself.
  func metadata(stage: String, epoch: Int) -> [String: String] {
    provenance.merging(["stage": stage, "epoch": "\(epoch)"]) { _, own in own }
      .merging(experiment.fileMetadata) { own, _ in own }
  }
}
