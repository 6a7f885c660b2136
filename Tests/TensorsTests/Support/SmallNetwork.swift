import Tensors
import TestSupport

/// A Transformer block with a frozen part, an adapter and a head, and AdamW: what a step of training
/// is made of, at sizes that are split over threads.
final class SmallNetwork {
  let weights: [Tensor]
  private let moments: [(first: Tensor, second: Tensor)]
  private let frozen: DenseFrozenMap
  private let input: Tensor
  private var generator: RandomGenerator

  init(seed: UInt64) {
    let shapes = [[96], [96], [96, 96], [96], [6, 96], [6, 96], [7, 96]]
    weights = shapes.enumerated().map { position, shape in
      (sample(shape, seed + UInt64(position)) * 0.1).copied()
    }
    moments = shapes.map { (Tensor.zeros($0), Tensor.zeros($0)) }
    frozen = DenseFrozenMap(weight: sample([288, 96], 21) * 0.1, bias: sample([288], 22))
    input = sample([3, 50, 96], 23)
    generator = RandomGenerator(seed: seed)
  }

  /// One step; returns the loss.
  @discardableResult
  func train(_ step: Int) -> Float {
    let w = weights.map { $0.differentiable() }
    let normal = input.layerNorm(gamma: w[0], beta: w[1], eps: 1e-6)
    let update = ColumnUpdate(lowRank: normal.projected(onto: w[4]), w[5], column: 192)
    let mixed = normal.mapped(by: frozen).adding([update]).attention(heads: 4)
    let stream = input.addingBranch(mixed.linear(weight: w[2], bias: w[3]))
    let kept = stream.gelu().dropout(0.1, using: &generator)
    let logits = stream.addingBranch(kept).mean(over: [1]).linear(weight: w[6])
    let loss = logits.crossEntropy([0, 6, 3])
    let gradients = loss.backward()
    for (position, leaf) in w.enumerated() {
      guard let gradient = gradients[leaf] else { continue }
      AdamWStep(number: step, rate: 1e-2, decay: 0.01).apply(
        to: weights[position], gradient: gradient, first: moments[position].first,
        second: moments[position].second)
    }
    return loss.item
  }
}
