import Networks
import Optimization
import PETL
import Recipes

extension StageTrainer {
  /// Takes one step and adds its figures to those of the epoch.
  func takeStep(
    epoch: Int, step: Int, _ batch: [Int], isLast: Bool
  ) throws {
    let recipe = setting.recipe
    let number = (epoch - 1) * stepsPerEpoch + step
    let moment = Double(number) / Double(stepsPerEpoch)
    let rate =
      (stage.learningRate ?? recipe.optimizer.learningRate)
      * recipe.schedule.factor(atEpoch: moment, of: Double(stage.epochs))
    let asked = StageStep(self, batch, epoch: epoch, number: number, isLast: isLast)
    try PluginCall.within("optimizer '\(recipe.optimizer.plugin.descriptor.name)'") {
      try optimizer.step(asked, rate: rate)
    }
    let figures = try asked.figures(estimatedNorm: optimizer.estimatedNorm)
    progress.shares.add(active: figures.active, norms: figures.penaltyNorms)
    if regauges(number) {
      Regauging.apply(setting.task.network.adapters, after: figures.pass, optimizer)
    }
    progress.totals.add(
      figures.objective, images: batch.count, norm: figures.norm, rate: rate,
      shares: figures.shares)
    if isLast { progress.totals.redundancyBySite = figures.pass.redundancyBySite() }
  }

  /// The loss of a batch in parts.
  func objective(of batch: [Int], _ pass: ForwardPass, epoch: Double) -> Objective {
    let draws = setting.generator.split("draws").split(stage.name, Int(epoch) + 1)
    return Objective(
      task: setting.task.loss(of: batch, epoch: draws, pass: pass), pass: pass,
      regularizers: regularizers.map {
        ($0, $0.weight.value(atEpoch: epoch, of: Double(stage.epochs)))
      })
  }

  /// The task on the first batch without dropout, for rules that start from its gradients.
  var firstBatch: LossObjective {
    var order = setting.generator.split("order").split(stage.name, 1)
    let indices = order.permutation(setting.task.exampleCount)
    let batch = Array(indices.prefix(setting.recipe.batchSize))
    return LossObjective { [self] in
      let pass = ForwardPass(
        isTraining: false, images: batch.count, generator: setting.generator,
        recordsSubspaces: false)
      return PluginCall.outside { objective(of: batch, pass, epoch: 0).task }
    }
  }

  /// Whether the adapters are brought into the balanced gauge after a step, counted from 0.
  func regauges(_ step: Int) -> Bool {
    setting.recipe.regauge.map { (step + 1).isMultiple(of: $0) } ?? false
  }
}
