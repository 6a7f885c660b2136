import PETL

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101), as PyTorch has it.
public final class AdamW: Optimizer {
  private struct Moments {
    let name: String
    let parameter: Parameter
    let first: Tensor
    let second: Tensor
  }

  private let moments: [Moments]
  private let weightDecay: Double
  private let betas: (Double, Double)
  private let epsilon: Double
  /// How many steps were taken.
  public private(set) var steps = 0

  /// Makes the rule with moments of zero.
  ///
  /// - Parameters:
  ///   - parameters: what moves, with names for the state.
  ///   - weightDecay: decoupled; only for parameters that decay.
  ///   - beta1: the decay rate of the mean of gradients.
  ///   - beta2: the decay rate of the mean of squared gradients.
  ///   - epsilon: added to the root of the second moment.
  public init(
    _ parameters: [(name: String, parameter: Parameter)], weightDecay: Double,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    moments = parameters.map { name, parameter in
      let shape = parameter.value.shape
      return Moments(
        name: name, parameter: parameter, first: .zeros(shape), second: .zeros(shape))
    }
    self.weightDecay = weightDecay
    self.betas = (beta1, beta2)
    self.epsilon = epsilon
  }

  /// Takes one step in place.
  public func step(_ gradients: Gradients, rate: Double, scale: Double) {
    steps += 1
    noGradient {
      for entry in moments {
        guard var gradient = gradients[entry.parameter.value] else { continue }
        if scale != 1 { gradient = gradient.scaled(by: Float(scale)) }
        entry.parameter.move(gradient, rate: rate, decay: weightDecay) {
          value, slope, rate, decay in
          AdamWStep(
            number: steps, rate: rate, beta1: betas.0, beta2: betas.1, epsilon: epsilon,
            decay: decay
          ).apply(to: value, gradient: slope, first: entry.first, second: entry.second)
        }
      }
    }
  }

  /// The moments of a parameter; nil when it does not move by this rule.
  func moments(of parameter: Parameter) -> (first: Tensor, second: Tensor)? {
    moments.first { $0.parameter === parameter }.map { ($0.first, $0.second) }
  }

  /// The moments and the number of steps.
  public var state: OptimizerState {
    var state = OptimizerState()
    state.counts["adamw.steps"] = steps
    for entry in moments {
      state.tensors["adamw.first.\(entry.name)"] = entry.first
      state.tensors["adamw.second.\(entry.name)"] = entry.second
    }
    return state
  }

  /// Goes on with stored moments.
  public func restore(_ state: OptimizerState) throws {
    for entry in moments {
      try state.restore(entry.first, "adamw.first.\(entry.name)")
      try state.restore(entry.second, "adamw.second.\(entry.name)")
    }
    steps = try state.count("adamw.steps")
  }

  /// The first moment times the matrix, the second times its squared elements.
  public func transform(_ parameter: Parameter, by matrix: DoubleMatrix) {
    guard let (first, second) = moments(of: parameter) else { return }
    first.assign((matrix * DoubleMatrix(first)).tensor)
    let squares = DoubleMatrix(
      matrix.elements.map { $0 * $0 }, rows: matrix.rows, columns: matrix.columns)
    second.assign((squares * DoubleMatrix(second)).tensor)
  }
}
