import PETL

/// A weight as an adapter of one bit uses it (Jie et al., arXiv 2307.16867, and its code): each element is one
/// of two numbers, mean ± 0.6745 deviation of the whole weight.
///
/// ±0.6745 are the middles of the halves of a standard normal. Rounding to them passes the gradient on as if it
/// were not there (straight through); mean and deviation are differentiated.
struct Binarized {
  /// The number that half of a normal variable's sizes are below.
  static let level: Float = 0.674_489_75

  /// The weight as it is trained, in full precision.
  let parameter: Parameter

  /// The weight with its elements rounded; of the same shape.
  var value: Tensor {
    let weight = parameter.value
    let mean = weight.mean()
    let centered = weight - mean
    let deviation = centered.squared().sum().scaled(by: 1 / Float(max(1, weight.count - 1)))
      .sqrt()
    let normalized = centered / (deviation + 1e-5)
    let rounded = Tensor.custom(
      from: [normalized], result: noGradient { normalized.sign().scaled(by: Self.level) }
    ) { [$0] }
    return rounded * deviation + mean
  }
}
