import Networks
import Optimization
import PETL
import Ranks
import Recipes

/// Trains one stage: batches in seeded order, steps, epochs, and which epoch is kept.
final class StageTrainer {
  /// What a stage is trained with.
  struct Setting {
    /// The stage as the user is told of it: its name, or that of its control.
    let title: StageTitle
    let task: any TrainingTask
    let recipe: Recipe
    let generator: RandomGenerator
    /// What regularizers may ask for.
    let sources: RegularizerSources
    /// Logs an epoch.
    let log: (EpochRecord) throws -> Void
    /// Stores where the stage is; nil when nothing is stored.
    let save: ((StageSnapshot) throws -> Void)?
    let observer: (any TrainingObserver)?
    /// May ask the stage to end after a step.
    let stop: StopRequest?
    /// The processes that train together.
    let ranks: any Ranks
  }

  let setting: Setting
  let stage: StageRecipe
  let regularizers: [ActiveRegularizer]
  let rules: [ActiveRule]
  let parameters: [Parameter]
  /// The same as rules see them; none without rules.
  let ruleParameters: [RuleParameter]
  let optimizer: any Optimizer
  let stepsPerEpoch: Int
  var progress: StageProgress
  /// Whether a rank was asked to end the stage after this step.
  var isAskedToStop = false
  /// What rules logged since the last step.
  let ruleFigures = FigureLog()
  /// The parameters of `progress.kept`, where that is not always the last epoch.
  private var keptValues: [String: Tensor]?
  private let clock = ContinuousClock()
  private var lastSave = ContinuousClock().now

  /// Where the stage is stored besides after every epoch: after the first step that ends so long after the
  /// last time.
  static let longestUnsaved = Duration.seconds(300)

  /// - Throws: `DiagnosticError` when the optimizer's options do not fit the parameters.
  init(
    _ setting: Setting, stage: StageRecipe, regularizers: [ActiveRegularizer],
    rules: [ActiveRule] = []
  ) throws {
    self.setting = setting
    self.stage = stage
    (self.regularizers, self.rules) = (regularizers, rules)
    let recipe = setting.recipe
    let network = setting.task.network
    parameters = network.parameters.map(\.parameter)
    ruleParameters =
      rules.isEmpty ? [] : RuleContext.parameters(network.parameters, of: network.adapters)
    optimizer = try recipe.optimizer.makeOptimizer(
      for: TrainedParameters(network.parameters, factors: network.adapters.factorPairs),
      generator: setting.generator.split("optimizer").split(stage.name))
    stepsPerEpoch = recipe.stepsPerEpoch(of: setting.task.exampleCount)
    progress = StageProgress(
      shares: ShareMeasurement(
        epochs: stage.epochs, stepsPerEpoch: stepsPerEpoch, regularizers: regularizers.count))
  }

  private func prepare() throws {
    try PluginCall.within("optimizer '\(setting.recipe.optimizer.plugin.descriptor.name)'") {
      try optimizer.prepare(objective(ofFirst: 0))
    }
  }

  /// Trains all epochs, or those that are left, and leaves the model with the parameters of the one that is
  /// kept.
  ///
  /// - Parameter snapshot: where the stage goes on from, the model's parameters being those of then; nil
  ///   for its start.
  /// - Returns: the outcome, and what the user should know of it.
  /// - Throws: `DiagnosticError` when training diverges, with the step and the cause;
  ///   `TrainingInterrupted` when it was asked to end.
  func run(from snapshot: StageSnapshot? = nil) throws -> (result: StageResult, notes: [Note]) {
    let task = setting.task
    setting.observer?.stageWillStart(
      setting.title.description, epochs: stage.epochs, stepsPerEpoch: stepsPerEpoch)
    applyGroups()
    defer { ParameterGroup.remove(from: parameters) }
    if let snapshot {
      try restore(snapshot)
    } else {
      try prepareRules()
      try prepare()
    }
    while progress.epoch <= stage.epochs, progress.reasonToEnd == nil {
      try trainEpoch()
      if setting.recipe.trial != nil { break }
    }
    guard let kept = progress.kept else { stopProgram("A stage has at least one epoch.") }
    if let keptValues { task.network.restore(keptValues) } else { adoptEvaluationValues() }
    endStageOfRules()
    let test = task.test(setting.ranks)
    if let test, !test.loss.isFinite {
      throw diverged(epoch: kept.epoch, step: kept.step, "the test loss is \(exact(test.loss))")
    }
    let result = StageResult(
      title: setting.title, epochs: progress.epoch - 1, regularizes: !regularizers.isEmpty,
      keptEpoch: kept.epoch, trainingSeconds: progress.seconds, taskLoss: kept.taskLoss,
      validation: kept.validation, test: test)
    return (result, silentRegularizers() + earlyEnd)
  }

  /// The steps of an epoch that are left, and its figures.
  private func trainEpoch() throws {
    let epoch = progress.epoch
    var order = setting.generator.split("order").split(stage.name, epoch)
    let size = setting.recipe.batchSize
    let indices = setting.task.arranged(
      order.permutation(setting.task.exampleCount), batchSize: size)
    let (start, before) = (clock.now, progress.epochSeconds)
    let count = min(stepsPerEpoch, setting.recipe.trial?.steps ?? stepsPerEpoch)
    while progress.step < count {
      let step = progress.step
      let batch = Array(indices[step * size..<min(indices.count, (step + 1) * size)])
      let isLast = step == count - 1
      try takeStep(epoch: epoch, step: step, batch, isLast: isLast)
      progress.step += 1
      setting.observer?.stepDidEnd(
        step: (epoch - 1) * stepsPerEpoch + step + 1, of: stage.epochs * stepsPerEpoch,
        loss: progress.totals.lastLoss)
      progress.epochSeconds = before + (clock.now - start) / .seconds(1)
      if !isLast { try pause() }
    }
    var record = try withEvaluationValues {
      let measured = try self.record(of: epoch, steps: count)
      keep(measured)
      return measured
    }
    progress.seconds += progress.epochSeconds
    endEpochOfRules(record)
    addRuleFigures()
    record.figures = progress.totals.loggedFigures
    progress.epoch += 1
    (progress.step, progress.totals, progress.epochSeconds) = (0, EpochTotals(), 0)
    try setting.log(record)
    try save()
    setting.observer?.epochDidEnd(record)
    if isToStop { throw interrupted(after: record) }
  }

  /// The figures of an epoch whose steps were taken.
  private func record(of epoch: Int, steps: Int) throws -> EpochRecord {
    let (task, totals) = (setting.task, progress.totals)
    let step = epoch * stepsPerEpoch
    if let name = task.network.firstNonFinite {
      throw diverged(epoch: epoch, step: step, "'\(name)' is not finite")
    }
    try setting.ranks.require(same: task.network.parameters)
    let validation = task.validate(setting.ranks)
    if let validation, !validation.loss.isFinite {
      throw diverged(epoch: epoch, step: step, "the validation loss is \(exact(validation.loss))")
    }
    let distances = parameters.compactMap { $0.geometry.distance(of: $0.value) }
    return EpochRecord(
      stage: setting.title.description, epoch: epoch, step: step,
      taskLoss: totals.taskLoss / Double(totals.images),
      regularizers: totals.regularization(regularizers.map(\.label)),
      redundancyBySite: totals.redundancyBySite,
      gradientNorm: totals.gradientNorm / Double(steps), learningRate: totals.rate,
      imagesPerSecond: Double(totals.images) / progress.epochSeconds,
      tokensPerSecond: totals.tokens.map { Double($0) / progress.epochSeconds },
      constraintDistance: distances.max().map { Double($0) },
      validation: validation,
      test: setting.recipe.selection == .bestTest ? task.test(setting.ranks) : nil,
      figures: totals.loggedFigures)
  }

  /// Keeps an epoch if it is the one to keep so far.
  private func keep(_ record: EpochRecord) {
    let selection = setting.recipe.selection
    if selection == .last {
      progress.kept = record
    } else if record.score(selection) > progress.kept?.score(selection) ?? -.infinity {
      progress.kept = record
      keptValues = setting.task.network.snapshot()
    }
  }

  /// Between two steps of an epoch: stores where the stage is when that was long ago, and ends it when
  /// that was asked for.
  private func pause() throws {
    if isToStop || clock.now - lastSave > Self.longestUnsaved { try save() }
    if isToStop {
      throw TrainingInterrupted(
        stage: setting.title.description, epoch: progress.epoch,
        step: (progress.epoch - 1) * stepsPerEpoch + progress.step, folder: nil)
    }
  }

  /// Whether the stage is to end now: with several ranks all of them do after the same step, for what one of them was
  /// asked for came with the sums.
  private var isToStop: Bool {
    setting.ranks.isAlone ? setting.stop?.isMade == true : isAskedToStop
  }

  private func interrupted(after record: EpochRecord) -> TrainingInterrupted {
    TrainingInterrupted(
      stage: setting.title.description, epoch: record.epoch, step: record.step, folder: nil)
  }

  private func save() throws {
    lastSave = clock.now
    guard let save = setting.save else { return }
    let states = try regularizers.map { ($0.label, try $0.regularizer.encodedState()) }
    try save(
      StageSnapshot(
        progress: progress, optimizer: optimizer.state, kept: keptValues,
        regularizers: Dictionary(states) { first, _ in first }, rules: storedRules()))
  }

  /// - Throws: `DiagnosticError` with everything that does not fit the stage.
  private func restore(_ snapshot: StageSnapshot) throws {
    let faults = snapshot.faults(
      epochs: stage.epochs, stepsPerEpoch: stepsPerEpoch, network: setting.task.network)
    guard faults.isEmpty else {
      throw DiagnosticError(
        faults.map { Diagnostic("the checkpoint does not fit stage '\(setting.title)': \($0)") })
    }
    try optimizer.restore(snapshot.optimizer)
    for active in regularizers {
      if let state = snapshot.regularizers[active.label] {
        do {
          try active.regularizer.restore(encoded: state)
        } catch is DecodingError {
          throw DiagnosticError(
            "the checkpoint does not fit stage '\(setting.title)': the state of regularizer '\(active.label)' is none of its"
          )
        }
      }
    }
    try restoreRules(snapshot.rules)
    (progress, keptValues) = (snapshot.progress, snapshot.kept)
  }

  func diverged(epoch: Int, step: Int, _ cause: String) -> DiagnosticError {
    Divergence.error(
      stage: setting.title.description, epoch: epoch, step: step, cause: cause,
      isStored: setting.save != nil)
  }

  /// A sentence for each regularizer that changed nothing: its gradient was exactly zero at every
  /// measurement, or its weight at every step.
  private func silentRegularizers() -> [Note] {
    regularizers.map(\.label).compactMap { label in
      progress.shares.silence(of: label).map {
        .warning("regularizer '\(label)' \($0) stage '\(setting.title)': it changed nothing")
      }
    }
  }
}
