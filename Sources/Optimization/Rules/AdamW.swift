import PETL

/// The options of AdamW.
public struct AdamWOptions: PluginOptions, Hashable {
  /// Decoupled weight decay, of parameters that decay.
  public var weightDecay = WeightDecay.usual
  /// The decay rate of the mean of gradients.
  public var beta1 = 0.9
  /// The decay rate of the mean of squared gradients.
  public var beta2 = 0.999

  /// The defaults.
  public init() {}

  /// Declares weight decay and both rates.
  public mutating func visit(_ options: OptionReader) {
    options.weightDecay(&weightDecay)
    options.number("beta1", &beta1, in: 0...0.999999, help: "decay of the mean")
    options.number("beta2", &beta2, in: 0...0.999999, help: "decay of the mean square")
  }
}

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101), as PyTorch has it.
public final class AdamW: Optimizer {
  private struct Moments {
    let name: String
    let parameter: Parameter
    let first: Tensor
    let second: Tensor
  }

  private let options: AdamWOptions
  private let moments: [Moments]
  /// Added to the root of the second moment, PyTorch's default.
  private let epsilon = 1e-8
  /// How many steps were taken.
  public private(set) var steps = 0

  /// Name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "adamw", summary: "AdamW, with decoupled weight decay",
    source: "Loshchilov and Hutter, arXiv 1711.05101")

  /// Makes the rule with moments of zero; nothing is drawn.
  public init(
    options: AdamWOptions, parameters: TrainedParameters,
    generator: RandomGenerator = RandomGenerator(seed: 0)
  ) {
    self.options = options
    moments = parameters.named.map { name, parameter in
      let shape = parameter.value.shape
      return Moments(
        name: name, parameter: parameter, first: .zeros(shape), second: .zeros(shape))
    }
  }

  /// Takes one step in place.
  public func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    steps += 1
    noGradient {
      for entry in moments {
        guard let gradient = gradients[entry.parameter] else { continue }
        entry.parameter.moveInPlace(gradient, rate: rate, decay: options.weightDecay) {
          value, slope, rate, decay in
          AdamWStep(
            number: steps, rate: rate, beta1: options.beta1, beta2: options.beta2,
            epsilon: epsilon, decay: decay
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
