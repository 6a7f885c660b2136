import Networks
import Optimization
import PETL
import Recipes

/// What goes through the network at once: a batch, or a part of it.
struct BatchPart {
  /// Which examples.
  let examples: [Int]
  /// The share of the part in the loss of the batch; all shares add up to 1.
  let share: Double
}

extension StageTrainer {
  /// The parts of a batch whose gradients a step adds up: one, or those of `micro_batch_size` examples.
  ///
  /// A part has the share of what its loss is a mean over, so that the sum is the gradient of the whole batch's mean. A
  /// part that counts nothing is left out.
  func parts(of batch: [Int]) -> [BatchPart] {
    let size = setting.recipe.examplesAtOnce
    guard size < batch.count else { return [BatchPart(examples: batch, share: 1)] }
    let parts = stride(from: 0, to: batch.count, by: size).map {
      let examples = Array(batch[$0..<min(batch.count, $0 + size)])
      return (examples: examples, weight: setting.task.lossWeight(of: examples))
    }.filter { $0.weight > 0 }
    let whole = parts.reduce(0) { $0 + $1.weight }
    guard whole > 0 else { return [BatchPart(examples: batch, share: 1)] }
    return parts.map {
      BatchPart(examples: $0.examples, share: Double($0.weight) / Double(whole))
    }
  }

  /// The task on a batch of the first epoch without dropout, for rules that start from its gradients.
  func objective(ofFirst number: Int) -> PartedObjective {
    PartedObjective(parts: parts(of: batch(ofFirst: number))) { [self] examples in
      PluginCall.outside { taskLoss(of: examples, firstPass(of: examples)) }
    }
  }
}

/// A loss that is computed part by part, for what starts from its gradients.
struct PartedObjective: StepObjective {
  /// The parts of the batch.
  let parts: [BatchPart]
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
