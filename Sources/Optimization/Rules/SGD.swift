import PETL

/// The options of gradient descent with momentum.
public struct SGDOptions: PluginOptions, Hashable {
  /// Coupled weight decay, of parameters that decay.
  public var weightDecay = WeightDecay.usual
  /// How much of the sum of gradients is kept; 0 for none.
  public var momentum = Momentum.usual
  /// Whether to look ahead by one step; needs momentum.
  public var nesterov = false

  /// The defaults.
  public init() {}

  /// Declares weight decay and both options of momentum.
  public mutating func visit(_ options: OptionReader) {
    options.weightDecay(&weightDecay)
    options.momentum(&momentum)
    options.boolean(
      "nesterov", &nesterov, help: "Nesterov's momentum, which looks ahead by one step")
    if nesterov, momentum == 0 {
      options.report(
        "'\(options.section).nesterov' needs a momentum above 0", at: "nesterov",
        hints: ["set momentum: 0.9, say"])
    }
  }
}

/// Stochastic gradient descent with momentum, as PyTorch's `torch.optim.SGD` with a dampening of 0.
///
/// g ← g + decay · w; b ← momentum · b + g; w ← w − rate · b, or w − rate · (g + momentum · b) with
/// Nesterov's momentum. Weight decay is coupled: it goes through the momentum.
public final class SGD: Optimizer {
  private struct Entry {
    let name: String
    let parameter: Parameter
    /// The running sum of gradients; nil without momentum.
    let buffer: Tensor?
  }

  private let options: SGDOptions
  private let entries: [Entry]
  /// How many steps were taken.
  public private(set) var steps = 0

  /// Name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "sgd", summary: "gradient descent with momentum, with coupled weight decay",
    source: "as torch.optim.SGD; its default momentum our choice")

  /// Makes the rule with momentum buffers of zero; nothing is drawn.
  ///
  /// - Throws: `DiagnosticError` when Nesterov's momentum has none to look ahead by.
  public init(
    options: SGDOptions, parameters: TrainedParameters,
    generator: RandomGenerator = RandomGenerator(seed: 0)
  ) throws {
    guard !options.nesterov || options.momentum > 0 else {
      throw DiagnosticError("Nesterov's momentum needs a momentum above 0")
    }
    self.options = options
    entries = parameters.named.map { name, parameter in
      Entry(
        name: name, parameter: parameter,
        buffer: options.momentum > 0 ? .zeros(parameter.value.shape) : nil)
    }
  }

  /// Takes one step in place.
  public func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    steps += 1
    noGradient {
      for entry in entries {
        guard let gradient = gradients[entry.parameter] else { continue }
        entry.parameter.moveInPlace(gradient, rate: rate, decay: options.weightDecay) {
          value, slope, rate, decay in
          apply(to: value, slope, entry.buffer, rate: rate, decay: decay)
        }
      }
    }
  }

  private func apply(
    to value: Tensor, _ gradient: Tensor, _ buffer: Tensor?, rate: Double, decay: Double
  ) {
    var step = gradient
    if decay != 0 { step = step + value.scaled(by: Float(decay)) }
    if let buffer {
      buffer.assign(buffer.scaled(by: Float(options.momentum)) + step)
      step = options.nesterov ? step + buffer.scaled(by: Float(options.momentum)) : buffer
    }
    value.assign(value - step.scaled(by: Float(rate)))
  }

  /// The momentum of a parameter; nil when there is none.
  func buffer(of parameter: Parameter) -> Tensor? {
    entries.first { $0.parameter === parameter }?.buffer
  }

  /// The momentum buffers and the number of steps.
  public var state: OptimizerState {
    var state = OptimizerState()
    state.counts["sgd.steps"] = steps
    for entry in entries { state.tensors["sgd.momentum.\(entry.name)"] = entry.buffer }
    return state
  }

  /// Goes on with stored momentum.
  public func restore(_ state: OptimizerState) throws {
    for entry in entries {
      if let buffer = entry.buffer {
        try state.restore(buffer, "sgd.momentum.\(entry.name)")
      }
    }
    steps = try state.count("sgd.steps")
  }

  /// The momentum times the matrix, exactly.
  public func transform(_ parameter: Parameter, by matrix: DoubleMatrix) {
    guard let buffer = buffer(of: parameter) else { return }
    buffer.assign((matrix * DoubleMatrix(buffer)).tensor)
  }
}
