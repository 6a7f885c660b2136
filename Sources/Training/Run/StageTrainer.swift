import PETL
import Recipes

/// Trains one stage: batches in seeded order, steps, epochs, and which epoch is kept.
final class StageTrainer {
  /// What a stage is trained with.
  struct Setting {
    /// The stage as the user is told of it: its name, or that of its control.
    let title: String
    let task: any TrainingTask
    let recipe: Recipe
    let generator: RandomGenerator
    /// Told of each epoch; may store a checkpoint.
    let epochDidEnd: (EpochRecord, any Optimizer) throws -> Void
    let observer: (any TrainingObserver)?
    /// Whether `epochDidEnd` stores a checkpoint, of which the user is told when training diverges.
    let isStored: Bool
  }

  private let setting: Setting
  private let stage: StageRecipe
  private let regularizers: [ActiveRegularizer]
  private let parameters: [Parameter]
  private let optimizer: any Optimizer
  private let stepsPerEpoch: Int
  private var shares: ShareMeasurement

  init(_ setting: Setting, stage: StageRecipe, regularizers: [ActiveRegularizer]) {
    self.setting = setting
    self.stage = stage
    self.regularizers = regularizers
    let recipe = setting.recipe
    let network = setting.task.network
    parameters = network.parameters.map(\.parameter)
    optimizer = recipe.optimizer.makeOptimizer(
      for: network.parameters, adapters: network.adapters,
      generator: setting.generator.split("optimizer").split(stage.name))
    stepsPerEpoch = (setting.task.exampleCount + recipe.batchSize - 1) / recipe.batchSize
    shares = ShareMeasurement(
      epochs: stage.epochs, stepsPerEpoch: stepsPerEpoch, regularizers: regularizers.count)
  }

  /// Trains all epochs and leaves the model with the parameters of the one that is kept.
  ///
  /// - Throws: `DiagnosticError` when training diverges, with the step and the cause.
  func run() throws -> (result: StageResult, notes: [String]) {
    let (task, recipe) = (setting.task, setting.recipe)
    setting.observer?.stageWillStart(
      setting.title, epochs: stage.epochs, stepsPerEpoch: stepsPerEpoch)
    var kept: (epoch: Int, record: EpochRecord, values: [String: Tensor]?)?
    var seconds = 0.0
    optimizer.prepare(gradientsOfFirstBatch)
    for epoch in 1...stage.epochs {
      let (record, time) = try trainEpoch(epoch)
      seconds += time
      try setting.epochDidEnd(record, optimizer)
      setting.observer?.epochDidEnd(record)
      let score = record.score(recipe.selection)
      if recipe.selection == .last {
        kept = (epoch, record, nil)
      } else if score > kept?.record.score(recipe.selection) ?? -1 {
        kept = (epoch, record, task.network.snapshot())
      }
    }
    guard let kept else { preconditionFailure("A stage has at least one epoch.") }
    if let values = kept.values { task.network.restore(values) }
    let test = task.test()
    if let test, !test.loss.isFinite {
      throw diverged(epoch: kept.epoch, step: kept.record.step, "the test loss is \(test.loss)")
    }
    let result = StageResult(
      name: setting.title, epochs: stage.epochs, regularizes: !regularizers.isEmpty,
      keptEpoch: kept.epoch, trainingSeconds: seconds, taskLoss: kept.record.taskLoss,
      validation: kept.record.validation, test: test)
    return (result, silentRegularizers())
  }

  private func trainEpoch(_ epoch: Int) throws -> (EpochRecord, seconds: Double) {
    let (task, recipe) = (setting.task, setting.recipe)
    var order = setting.generator.split("order").split(stage.name, epoch)
    let indices = order.permutation(task.exampleCount)
    var totals = EpochTotals()
    let clock = ContinuousClock()
    let start = clock.now
    for step in 0..<stepsPerEpoch {
      let first = step * recipe.batchSize
      let batch = Array(indices[first..<min(indices.count, first + recipe.batchSize)])
      let isLast = step == stepsPerEpoch - 1
      try takeStep(epoch: epoch, step: step, batch, isLast: isLast, &totals)
      setting.observer?.stepDidEnd(
        step: (epoch - 1) * stepsPerEpoch + step + 1, of: stage.epochs * stepsPerEpoch,
        loss: totals.lastLoss)
    }
    let seconds = (clock.now - start) / .seconds(1)
    if let name = task.network.firstNonFinite {
      throw diverged(epoch: epoch, step: epoch * stepsPerEpoch, "'\(name)' is not finite")
    }
    let validation = task.validate()
    if let validation, !validation.loss.isFinite {
      throw diverged(
        epoch: epoch, step: epoch * stepsPerEpoch, "the validation loss is \(validation.loss)")
    }
    let distances = parameters.compactMap { $0.geometry.distance(of: $0.value) }
    let record = EpochRecord(
      stage: setting.title, epoch: epoch, step: epoch * stepsPerEpoch,
      taskLoss: totals.taskLoss / Double(totals.images),
      regularizers: totals.regularization(regularizers.map(\.label)),
      redundancyBySite: totals.redundancyBySite,
      gradientNorm: totals.gradientNorm / Double(stepsPerEpoch), learningRate: totals.rate,
      imagesPerSecond: Double(totals.images) / seconds,
      constraintDistance: distances.max().map { Double($0) },
      validation: validation, test: recipe.selection == .bestTest ? task.test() : nil)
    return (record, seconds)
  }

  private func takeStep(
    epoch: Int, step: Int, _ batch: [Int], isLast: Bool, _ totals: inout EpochTotals
  ) throws {
    let (network, recipe) = (setting.task.network, setting.recipe)
    let number = (epoch - 1) * stepsPerEpoch + step
    let moment = Double(number) / Double(stepsPerEpoch)
    let length = Double(stage.epochs)
    let pass = ForwardPass(
      isTraining: true, images: batch.count,
      generator: setting.generator.split("steps").split(stage.name, number),
      recordsSubspaces: isLast || !regularizers.isEmpty || regauges(number))
    let rate =
      (stage.learningRate ?? recipe.optimizer.learningRate)
      * recipe.schedule.factor(atEpoch: moment, of: length)
    if let rule = optimizer as? any ForwardOnlyOptimizer {
      return try takeForwardStep(
        rule, epoch: epoch, number: number, batch, isLast: isLast, rate: rate, &totals)
    }
    let objective = objective(of: batch, pass, epoch: moment)
    if let cause = objective.divergence {
      throw diverged(epoch: epoch, step: number + 1, cause)
    }
    let active = objective.penalties.filter { $0.weight != 0 }.map(\.label)
    let parts = GradientParts(
      objective, parameters: parameters,
      measuring: isLast && shares.isDue(epoch: epoch, active))
    let norm = parts.gradients.norm(parameters)
    if !norm.isFinite {
      throw diverged(
        epoch: epoch, step: number + 1, Divergence.cause(parts, network.parameters))
    }
    shares.add(active: active, norms: parts.penaltyNorms)
    let clip = recipe.optimizer.gradientClip.map { min(1, $0 / max(norm, 1e-30)) } ?? 1
    optimizer.step(parts.gradients, rate: rate, scale: clip)
    if regauges(number) { Regauging.apply(network.adapters, after: pass, optimizer) }
    totals.add(objective, images: batch.count, norm: norm, rate: rate, shares: parts.shares)
    if isLast { totals.redundancyBySite = pass.redundancyBySite() }
  }

  /// The loss of a batch in parts.
  private func objective(of batch: [Int], _ pass: ForwardPass, epoch: Double) -> Objective {
    let draws = setting.generator.split("draws").split(stage.name, Int(epoch) + 1)
    return Objective(
      task: setting.task.loss(of: batch, epoch: draws, pass: pass), pass: pass,
      regularizers: regularizers.map {
        ($0, $0.weight.value(atEpoch: epoch, of: Double(stage.epochs)))
      })
  }

  /// The task's gradients on the first batch without dropout, for rules that start from them.
  private func gradientsOfFirstBatch() -> Gradients {
    var order = setting.generator.split("order").split(stage.name, 1)
    let indices = order.permutation(setting.task.exampleCount)
    let batch = Array(indices.prefix(setting.recipe.batchSize))
    let pass = ForwardPass(
      isTraining: false, images: batch.count, generator: setting.generator,
      recordsSubspaces: false)
    return objective(of: batch, pass, epoch: 0).task.backward()
  }

  /// A step by losses alone: both passes of it have the same dropout, and nothing is recorded.
  private func takeForwardStep(
    _ rule: any ForwardOnlyOptimizer, epoch: Int, number: Int, _ batch: [Int], isLast: Bool,
    rate: Double, _ totals: inout EpochTotals
  ) throws {
    let moment = Double(number) / Double(stepsPerEpoch)
    var seen: (objective: Objective, pass: ForwardPass)?
    let norm = rule.step(rate: rate) {
      let pass = ForwardPass(
        isTraining: true, images: batch.count,
        generator: setting.generator.split("steps").split(stage.name, number),
        recordsSubspaces: isLast || !regularizers.isEmpty || regauges(number))
      let objective = noGradient { self.objective(of: batch, pass, epoch: moment) }
      seen = (objective, pass)
      return Double(objective.total.item)
    }
    guard let (objective, pass) = seen else { return }
    if let cause = objective.divergence
      ?? (norm.isFinite ? nil : "the estimated gradient is \(norm)")
    {
      throw diverged(epoch: epoch, step: number + 1, cause)
    }
    if regauges(number) { Regauging.apply(setting.task.network.adapters, after: pass, rule) }
    // There is no gradient whose shares could be measured.
    shares.add(active: objective.penalties.filter { $0.weight != 0 }.map(\.label), norms: [:])
    totals.add(objective, images: batch.count, norm: norm, rate: rate, shares: [:])
    if isLast { totals.redundancyBySite = pass.redundancyBySite() }
  }

  /// Whether the adapters are brought into the balanced gauge after a step, counted from 0.
  private func regauges(_ step: Int) -> Bool {
    setting.recipe.regauge.map { (step + 1).isMultiple(of: $0) } ?? false
  }

  private func diverged(epoch: Int, step: Int, _ cause: String) -> DiagnosticError {
    Divergence.error(
      stage: setting.title, epoch: epoch, step: step, cause: cause, isStored: setting.isStored)
  }

  /// A sentence for each regularizer that changed nothing: its gradient was exactly zero at every
  /// measurement, or its weight at every step.
  private func silentRegularizers() -> [String] {
    regularizers.map(\.label).compactMap { label in
      shares.silence(of: label).map {
        "regularizer '\(label)' \($0) stage '\(setting.title)': it changed nothing"
      }
    }
  }
}
