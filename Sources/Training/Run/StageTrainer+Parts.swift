import Networks
import Optimization
import PETL
import Ranks
import Recipes

extension StageTrainer {
  /// How a batch goes through the network: whole, in parts of `micro_batch_size` examples, in shards.
  func split(of batch: [Int], draws: RandomGenerator) -> BatchSplit {
    let (task, ranks) = (setting.task, setting.ranks)
    return BatchSplit(
      batch, shards: setting.recipe.microShards ?? 1,
      atOnce: setting.recipe.examplesAtOnce, rank: ranks.number, of: ranks.count,
      weight: task.lossWeight, longest: { task.longest(of: $0, epoch: draws) })
  }

  /// The task on a batch of the first epoch without dropout, for rules that start from its gradients.
  ///
  /// All ranks compute all of it, in the same parts.
  func objective(ofFirst number: Int) -> PartedObjective {
    let batch = batch(ofFirst: number)
    let split = split(of: batch, draws: draws(ofStep: 0))
    var parts: [(examples: [Int], share: Double)] = split.parts.compactMap { part in
      part.share.flatMap { $0 > 0 ? (part.examples, $0) : nil }
    }
    // A loss that is no mean over examples is one of all of them.
    if parts.isEmpty { parts = [(batch, 1)] }
    return PartedObjective(parts: parts) { [self] examples in
      PluginCall.outside { taskLoss(of: examples, firstPass(of: examples)) }
    }
  }
}

/// A loss that is computed part by part, for what starts from its gradients.
struct PartedObjective: StepObjective {
  /// The parts of the batch, with their shares of the loss.
  let parts: [(examples: [Int], share: Double)]
  /// The mean loss of some examples.
  let value: ([Int]) -> Tensor

  /// The gradient of the loss, without clipping.
  func gradients() -> StepGradients {
    var sum = Gradients()
    for part in parts {
      let loss = value(part.examples)
      sum.add((part.share == 1 ? loss : loss.scaled(by: Float(part.share))).backward())
    }
    return StepGradients(sum)
  }

  /// The loss, without recording gradients.
  func loss() -> Double {
    noGradient { parts.reduce(0) { $0 + $1.share * Double(value($1.examples).item) } }
  }
}
