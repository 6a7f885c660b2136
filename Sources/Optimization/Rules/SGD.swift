import PETL

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

  private let entries: [Entry]
  private let weightDecay: Double
  private let momentum: Double
  private let nesterov: Bool
  /// How many steps were taken.
  public private(set) var steps = 0

  /// Makes the rule with momentum buffers of zero.
  ///
  /// - Parameters:
  ///   - parameters: what moves, with names for the state.
  ///   - weightDecay: coupled; only for parameters that decay.
  ///   - momentum: how much of the sum of gradients is kept; 0 for none.
  ///   - nesterov: whether to look ahead by one step; wants momentum.
  public init(
    _ parameters: [(name: String, parameter: Parameter)], weightDecay: Double = 0,
    momentum: Double = 0, nesterov: Bool = false
  ) {
    precondition(!nesterov || momentum > 0, "Nesterov's momentum wants a momentum above 0.")
    entries = parameters.map { name, parameter in
      Entry(
        name: name, parameter: parameter,
        buffer: momentum > 0 ? .zeros(parameter.value.shape) : nil)
    }
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// Takes one step in place.
  public func step(_ gradients: Gradients, rate: Double, scale: Double) {
    steps += 1
    noGradient {
      for entry in entries {
        guard var gradient = gradients[entry.parameter.value] else { continue }
        if scale != 1 { gradient = gradient.scaled(by: Float(scale)) }
        entry.parameter.move(gradient, rate: rate, decay: weightDecay) {
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
      buffer.assign(buffer.scaled(by: Float(momentum)) + step)
      step = nesterov ? step + buffer.scaled(by: Float(momentum)) : buffer
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
