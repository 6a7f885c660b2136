import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A rule that asks for the loss at values of its choice instead of its gradient.
public protocol ForwardOnlyOptimizer: Optimizer {
  /// Takes one step in place.
  ///
  /// - Parameters:
  ///   - rate: the learning rate of this step.
  ///   - loss: of the same batch with the parameters as they are when it is called.
  /// - Returns: the norm of the estimated gradient; not a number where a loss is not.
  func step(rate: Double, loss: () -> Double) -> Double
}

/// SubZero (arXiv 2410.08989, official code): two forward passes a step and no backward pass.
///
/// Every matrix W, [m, n], moves along Z̃ = √(m n / r²) U Z Vᵀ, with U, V from QRs of Gaussians that stay for `refresh`
/// steps and a fresh Gaussian Z, [r, r]; vectors along a full Gaussian. g = (L(W + εZ̃) − L(W − εZ̃)) / 2ε · Z̃, then plain
/// gradient descent. Z is drawn anew from its seed each time it is needed and never kept. A thin matrix is first
/// looked at as the most square one of as many elements, as the paper does for LoRA and prompts.
///
/// Values are moved in place and back, so that they may differ by rounding from those before the two passes.
public final class SubZero: ForwardOnlyOptimizer {
  private struct Entry {
    let name: String
    let parameter: Parameter
    /// The shape it is looked at in; nil of a vector.
    let shape: (rows: Int, columns: Int)?
    var frame: (u: Tensor, v: Tensor)?
  }

  private var entries: [Entry]
  private let rank: Int
  private let refresh: Int
  private let epsilon: Double
  private let weightDecay: Double
  private let seed: RandomGenerator
  /// How many steps were taken.
  public private(set) var steps = 0

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - parameters: what moves, with names for the random streams.
  ///   - rank: of the subspaces.
  ///   - refresh: after how many steps U and V are drawn anew.
  ///   - epsilon: how far the loss is asked for on either side.
  ///   - weightDecay: coupled; only for parameters that decay.
  ///   - generator: of all directions.
  public init(
    _ parameters: [(name: String, parameter: Parameter)], rank: Int, refresh: Int, epsilon: Double,
    weightDecay: Double, generator: RandomGenerator
  ) {
    entries = parameters.map { name, parameter in
      let shape = parameter.value.shape
      return Entry(
        name: name, parameter: parameter,
        shape: shape.count < 2 ? nil : Self.mostSquare(parameter.value.count))
    }
    (self.rank, self.refresh, self.epsilon) = (rank, refresh, epsilon)
    self.weightDecay = weightDecay
    seed = generator.split("subzero")
  }

  /// The two factors of a number that are nearest to each other, the larger first.
  static func mostSquare(_ count: Int) -> (rows: Int, columns: Int) {
    var small = Int(Double(count).squareRoot())
    while small > 1, count % small != 0 { small -= 1 }
    return (count / max(1, small), max(1, small))
  }

  /// Takes one step in place.
  public func step(rate: Double, loss: () -> Double) -> Double {
    noGradient {
      if steps % refresh == 0 { drawFrames() }
      steps += 1
      move(by: epsilon)
      let above = loss()
      move(by: -2 * epsilon)
      let below = loss()
      move(by: epsilon)
      let slope = (above - below) / (2 * epsilon)
      guard slope.isFinite else { return .nan }
      return slope.magnitude * descend(rate: rate, slope: slope)
    }
  }

  /// Plain gradient descent along every Z̃; gives ‖Z̃‖.
  private func descend(rate: Double, slope: Double) -> Double {
    var square = 0.0
    for entry in entries {
      let direction = direction(entry)
      square += Double(direction.squaredNorm)
      let parameter = entry.parameter
      let decay = parameter.decays ? weightDecay : 0
      parameter.update(
        to: parameter.value.detached().scaled(by: Float(1 - rate * decay))
          - direction.scaled(by: Float(rate * slope)))
      parameter.update(to: parameter.geometry.settled(parameter.value))
    }
    return square.squareRoot()
  }

  private func move(by distance: Double) {
    for entry in entries {
      let value = entry.parameter.value.detached()
      entry.parameter.update(to: value + direction(entry).scaled(by: Float(distance)))
    }
  }

  private func drawFrames() {
    for index in entries.indices {
      guard let (rows, columns) = entries[index].shape else { continue }
      let stream = seed.split(entries[index].name, steps / refresh)
      let width = min(rank, rows, columns)
      func frame(_ count: Int, _ side: String) -> Tensor {
        var stream = stream.split(side)
        return DoubleMatrix(Tensor(stream.normal(count * width), shape: [count, width])).qr().q
          .tensor
      }
      entries[index].frame = (frame(rows, "u"), frame(columns, "v"))
    }
  }

  /// Z̃ of this step, of the parameter's shape.
  private func direction(_ entry: Entry) -> Tensor {
    var stream = seed.split("z", steps).split(entry.name)
    let shape = entry.parameter.value.shape
    guard let (u, v) = entry.frame, let (rows, columns) = entry.shape else {
      return Tensor(stream.normal(entry.parameter.value.count), shape: shape)
    }
    let r = u.shape[1]
    let z = Tensor(stream.normal(r * r), shape: [r, r])
    let factor = (Double(rows * columns)).squareRoot() / Double(r)
    return u.matmul(z).matmul(v, transposingOther: true).scaled(by: Float(factor)).reshaped(shape)
  }

  /// Not for this rule: it takes no gradients.
  public func step(_ gradients: Gradients, rate: Double, scale: Double) {
    preconditionFailure("SubZero asks for losses, not for gradients.")
  }

  /// The number of steps; directions come from their seeds.
  public var state: OptimizerState {
    var state = OptimizerState()
    state.counts["subzero.steps"] = steps
    return state
  }

  /// Goes on after a number of steps, with the frames of then.
  public func restore(_ state: OptimizerState) throws {
    steps = try state.count("subzero.steps")
    if steps % refresh != 0 { drawFrames() }
  }
}
