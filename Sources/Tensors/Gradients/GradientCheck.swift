/// How far a gradient is from finite differences.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// |backward − difference| / max(|backward|, |difference|, floor), the largest over all
  /// directions tried.
  public let worst: Float
  /// Which input it was, by position.
  public let input: Int
  /// The directional derivative that backward() gave there.
  public let backward: Float
  /// The one from central differences.
  public let difference: Float

  /// The figures in a line.
  public var description: String {
    "input \(input): backward \(backward), finite difference \(difference), relative \(worst)"
  }

  /// Compares backward() with central differences along random directions.
  ///
  /// Directions instead of single elements: one pair of forward passes sees every element, so a
  /// large tensor is checked in a few passes. The differences are Richardson's (two step sizes), good
  /// to about 1e-3 in 32-bit floats for functions of order one.
  ///
  /// - Parameters:
  ///   - inputs: where to check; each is perturbed in turn.
  ///   - directions: how many random directions for each input.
  ///   - step: the length of a step relative to the direction's (unit) root mean square.
  ///   - floor: derivatives smaller than this do not count as relative errors.
  ///   - seed: gives the directions, and the weights that make a scalar of the result.
  ///   - function: any function of the inputs; called many times, so it must be deterministic.
  /// - Returns: the worst disagreement.
  public static func run(
    _ inputs: [Tensor], directions: Int = 4, step: Float = 1e-2, floor: Float = 1e-2,
    seed: UInt64 = 0, _ function: ([Tensor]) -> Tensor
  ) -> GradientCheck {
    var generator = RandomGenerator(seed: seed)
    let leaves = inputs.map { $0.differentiable() }
    let result = function(leaves)
    let weights = Tensor(generator.normal(result.count), shape: result.shape)
    let gradients = result.backward(from: weights)
    func value(_ inputs: [Tensor]) -> Double {
      let values = noGradient { function(inputs) }.values
      return zip(values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    var worst = GradientCheck(worst: 0, input: 0, backward: 0, difference: 0)
    for (position, input) in inputs.enumerated() {
      for _ in 0..<directions {
        let direction = Tensor(generator.normal(input.count), shape: input.shape)
        func slope(_ h: Float) -> Double {
          var moved = inputs
          moved[position] = input + direction * h
          let up = value(moved)
          moved[position] = input - direction * h
          return (up - value(moved)) / (2 * Double(h))
        }
        let difference = Float((4 * slope(step / 2) - slope(step)) / 3)
        let backward = gradients[leaves[position]].map { Kernels.dot($0, direction) } ?? 0
        let scale = max(floor, max(magnitude(backward), magnitude(difference)))
        let relative = magnitude(backward - difference) / scale
        // Nothing is worse than NaN, and no later direction hides it.
        if !worst.worst.isNaN, !(relative <= worst.worst) {
          worst = GradientCheck(
            worst: relative, input: position, backward: backward, difference: difference)
        }
      }
    }
    return worst
  }
}

private func magnitude(_ x: Float) -> Float { Swift.abs(x) }
