import Networks
import Optimization
import PETL
import Recipes

extension StageTrainer {
  /// Takes one step and adds its figures to those of the epoch.
  func takeStep(
    epoch: Int, step: Int, _ batch: [Int], isLast: Bool
  ) throws {
    let number = (epoch - 1) * stepsPerEpoch + step
    let moment = Double(number) / Double(stepsPerEpoch)
    let rate = rate(atEpoch: moment)
    let asked = StageStep(self, batch, epoch: epoch, number: number, isLast: isLast)
    try asked.prepare()
    try PluginCall.within("optimizer '\(setting.recipe.optimizer.plugin.descriptor.name)'") {
      try optimizer.step(asked, rate: rate)
    }
    let figures = try asked.figures(estimatedNorm: optimizer.estimatedNorm)
    progress.shares.add(active: figures.active, norms: figures.penaltyNorms)
    if regauges(number) {
      Regauging.apply(setting.task.network.adapters, after: figures.subspaces, optimizer)
    }
    endStepOfRules(number, asked.given)
    addRuleFigures()
    progress.totals.add(
      figures.objective, images: batch.count, norm: figures.norm, rate: rate,
      shares: figures.shares, logged: figures.logged)
    progress.totals.add(tokens: setting.task.tokens(in: batch))
    if isLast { progress.totals.redundancyBySite = figures.redundancyBySite }
  }

  /// The learning rate at a moment of the stage, in epochs.
  func rate(atEpoch moment: Double) -> Double {
    let recipe = setting.recipe
    return (stage.learningRate ?? recipe.optimizer.learningRate)
      * recipe.schedule.factor(atEpoch: moment, of: Double(stage.epochs))
  }

  /// The loss of a whole batch in parts.
  ///
  /// - Parameters:
  ///   - batch: which examples.
  ///   - pass: of this step.
  ///   - number: of the step in the stage, from 0.
  /// - Returns: the parts, with their graph where gradients are recorded.
  func objective(of batch: [Int], _ pass: ForwardPass, number: Int) -> Objective {
    let (task, draws) = (setting.task, draws(ofStep: number))
    // Before the pass whose graph is kept: it moves weights that are trained to their start and back.
    let frozen = asksForFrozenAnswers ? frozenAnswers(to: batch, draws) : nil
    let answers = task.answers(to: batch, epoch: draws, pass: pass, isAdapted: true)
    return Objective(
      task: task.loss(of: answers, to: batch, epoch: draws),
      context: context(
        records: pass.records, figures: pass.figures, answers: answers,
        labels: task.labels(of: batch), frozenAnswers: frozen, number: number),
      regularizers: weighted(number))
  }

  /// What regularizers may ask for in a step.
  func context(
    records: [SiteRecord], figures: FigureLog, answers: NetworkAnswers, labels: [Int],
    frozenAnswers: NetworkAnswers?, number: Int
  ) -> StepContext {
    let sources = setting.sources
    return StepContext(
      moment: moment(ofStep: number), adapters: setting.task.network.adapters, records: records,
      figures: figures, frozen: sources.frozen, answers: answers, labels: labels,
      frozenAnswers: frozenAnswers, startingWeights: sources.starts,
      references: sources.references, generator: sources.generator)
  }

  /// The regularizers with their weights at a step.
  func weighted(_ number: Int) -> [(regularizer: ActiveRegularizer, weight: Double)] {
    regularizers.map {
      (
        $0,
        $0.weight.value(
          atEpoch: Double(number) / Double(stepsPerEpoch), of: Double(stage.epochs))
      )
    }
  }

  /// Whether a regularizer asks for what the network answers without adapters.
  var asksForFrozenAnswers: Bool {
    regularizers.contains { $0.regularizer.needs.contains(.frozenAnswers) }
  }

  /// A stream that is the same in all steps of an epoch.
  func draws(ofStep number: Int) -> RandomGenerator {
    setting.generator.split("draws").split(stage.name, number / stepsPerEpoch + 1)
  }

  /// A pass of a step, over a whole batch or a part of it.
  ///
  /// - Parameters:
  ///   - examples: which.
  ///   - number: of the step in the stage, from 0.
  ///   - place: of the part in the batch; nil of all of it.
  ///   - records: whether subspaces are kept.
  /// - Returns: a pass with the step's stream, the same for all parts.
  func pass(
    over examples: [Int], number: Int, place: BatchPlace? = nil, records: Bool
  ) -> ForwardPass {
    ForwardPass(
      isTraining: true, images: examples.count,
      generator: setting.generator.split("steps").split(stage.name, number),
      recordsSubspaces: records,
      recordsInputs: regularizers.contains { $0.regularizer.needs.contains(.inputs) },
      recomputesBlocks: setting.recipe.text.recomputes, place: place)
  }

  /// What the network answers without adapters and with its first weights; no graph.
  func frozenAnswers(to batch: [Int], _ draws: RandomGenerator) -> NetworkAnswers {
    noGradient {
      let starts = setting.sources.starts
      let now = starts.map { $0.parameter.value.copied() }
      for entry in starts { entry.parameter.update(to: entry.start) }
      defer { for (entry, value) in zip(starts, now) { entry.parameter.update(to: value) } }
      let pass = ForwardPass(
        isTraining: false, images: batch.count, generator: setting.generator,
        recordsSubspaces: false)
      let answers = setting.task.answers(to: batch, epoch: draws, pass: pass, isAdapted: false)
      // The head is the trained one, as it is now.
      let logits = answers.logits.detached()
      return NetworkAnswers(features: answers.features.map { $0.detached() }) { logits }
    }
  }

  /// A pass over a batch of the first epoch, without dropout.
  func firstPass(of batch: [Int], recordsInputs: Bool = false) -> ForwardPass {
    ForwardPass(
      isTraining: false, images: batch.count, generator: setting.generator,
      recordsSubspaces: false, recordsInputs: recordsInputs)
  }

  /// The loss of the task alone on a batch of the first epoch.
  func taskLoss(of batch: [Int], _ pass: ForwardPass) -> Tensor {
    let draws = setting.generator.split("draws").split(stage.name, 1)
    return setting.task.loss(
      of: setting.task.answers(to: batch, epoch: draws, pass: pass, isAdapted: true), to: batch,
      epoch: draws)
  }

  /// A batch of the first epoch.
  func batch(ofFirst number: Int) -> [Int] {
    var order = setting.generator.split("order").split(stage.name, 1)
    let size = setting.recipe.batchSize
    let indices = setting.task.arranged(
      order.permutation(setting.task.exampleCount), batchSize: size)
    return Array(indices[number * size..<min(indices.count, (number + 1) * size)])
  }

  /// Whether the adapters are brought into the balanced gauge after a step, counted from 0.
  func regauges(_ step: Int) -> Bool {
    setting.recipe.regauge.map { (step + 1).isMultiple(of: $0) } ?? false
  }
}
