import Networks
import Optimization
import PETL
import Recipes

extension StageTrainer {
  /// Takes one step and adds its figures to those of the epoch.
  func takeStep(
    epoch: Int, step: Int, _ batch: [Int], isLast: Bool
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
        rule, epoch: epoch, number: number, batch, isLast: isLast, rate: rate)
    }
    let objective = objective(of: batch, pass, epoch: moment)
    if let cause = objective.divergence {
      throw diverged(epoch: epoch, step: number + 1, cause)
    }
    let active = objective.penalties.filter { $0.weight != 0 }.map(\.label)
    let parts = GradientParts(
      objective, parameters: parameters,
      measuring: isLast && progress.shares.isDue(epoch: epoch, active))
    let norm = parts.gradients.norm(parameters)
    if !norm.isFinite {
      throw diverged(
        epoch: epoch, step: number + 1, Divergence.cause(parts, network.parameters))
    }
    progress.shares.add(active: active, norms: parts.penaltyNorms)
    let clip = recipe.optimizer.gradientClip.map { min(1, $0 / max(norm, 1e-30)) } ?? 1
    optimizer.step(parts.gradients, rate: rate, scale: clip)
    if regauges(number) { Regauging.apply(network.adapters, after: pass, optimizer) }
    progress.totals.add(
      objective, images: batch.count, norm: norm, rate: rate, shares: parts.shares)
    if isLast { progress.totals.redundancyBySite = pass.redundancyBySite() }
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
  func gradientsOfFirstBatch() -> Gradients {
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
    rate: Double
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
    progress.shares.add(
      active: objective.penalties.filter { $0.weight != 0 }.map(\.label), norms: [:])
    progress.totals.add(objective, images: batch.count, norm: norm, rate: rate, shares: [:])
    if isLast { progress.totals.redundancyBySite = pass.redundancyBySite() }
  }

  /// Whether the adapters are brought into the balanced gauge after a step, counted from 0.
  private func regauges(_ step: Int) -> Bool {
    setting.recipe.regauge.map { (step + 1).isMultiple(of: $0) } ?? false
  }
}
