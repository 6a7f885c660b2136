import Backbones
import PETL

/// Training steps of a model on random images, timed; with and without a regularizer in turn, so
/// that a machine whose speed drifts does not favour either.
public final class StepBenchmark {
  /// What was measured: medians.
  public struct Result {
    /// Seconds a step without the regularizer.
    public let seconds: Double
    /// Seconds a step with it; nil without one.
    public let secondsWithRegularizer: Double?
    /// The median over pairs of neighbouring steps of (with − without) / without.
    public let cost: Double?
    /// Buffers asked of the system in each step that counts.
    public let systemAllocations: Double
  }

  private let model: Model
  private let optimizer: AdamW
  private let images: Tensor
  private let labels: [Int]
  private let generator: RandomGenerator

  /// Makes a model, its optimizer and one batch.
  public init(
    backbone: any Backbone, adapters: AdapterSet, classes: Int, batch: Int,
    generator: RandomGenerator
  ) {
    model = Model(backbone: backbone, adapters: adapters, classes: classes, generator: generator)
    optimizer = AdamW(model.parameters, weightDecay: 1e-4)
    var stream = generator.split("images")
    let side = backbone.imageSize
    images = Tensor(stream.normal(batch * side * side * 3), shape: [batch, side, side, 3])
    labels = (0..<batch).map { $0 % classes }
    self.generator = generator
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - steps: how many count, of each kind; two more of each go before.
  ///   - regularizer: with a weight of 0.1.
  ///   - forwardOnly: no gradients.
  /// - Returns: medians over the steps that count.
  public func measure(
    steps: Int, regularizer: (any RedundancyRegularizer)?, forwardOnly: Bool
  ) -> Result {
    let active = regularizer.map {
      ActiveRegularizer(label: "penalty", regularizer: $0, weight: .constant(0.1))
    }
    for _ in 0..<2 {
      _ = time(nil, forwardOnly)
      if active != nil { _ = time(active, forwardOnly) }
    }
    let before = BufferPool.statistics.systemAllocations
    var without: [Double] = []
    var with: [Double] = []
    for _ in 0..<steps {
      without.append(time(nil, forwardOnly))
      if active != nil { with.append(time(active, forwardOnly)) }
    }
    let made = BufferPool.statistics.systemAllocations - before
    return Result(
      seconds: median(without), secondsWithRegularizer: with.isEmpty ? nil : median(with),
      cost: with.isEmpty ? nil : median(zip(with, without).map { $0 / $1 - 1 }),
      systemAllocations: Double(made) / Double(without.count + with.count))
  }

  private func time(_ regularizer: ActiveRegularizer?, _ forwardOnly: Bool) -> Double {
    ContinuousClock().measure {
      let pass = ForwardPass(
        isTraining: !forwardOnly, images: labels.count, generator: generator,
        recordsSubspaces: regularizer != nil)
      if forwardOnly {
        noGradient { _ = model.logits(images, pass: pass) }
      } else {
        let objective = Objective(
          logits: model.logits(images, pass: pass), labels: labels, pass: pass,
          regularizers: regularizer.map { [($0, 0.1)] } ?? [])
        let parts = GradientParts(objective, parameters: [], measuring: false)
        optimizer.step(parts.gradients, rate: 1e-3, scale: 1)
      }
    } / .seconds(1)
  }
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
