import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The options of SubZero.
public struct SubZeroOptions: PluginOptions, Hashable {
  /// Coupled weight decay, of parameters that decay.
  public var weightDecay = WeightDecay.usual
  /// The rank of the subspaces.
  public var subspaceRank = 8
  /// After how many steps the subspaces are drawn anew.
  public var refresh = 1000
  /// How far the loss is asked for on either side.
  public var epsilon = 1e-3

  /// The defaults.
  public init() {}

  /// Declares weight decay and the options of the subspaces.
  public mutating func visit(_ options: OptionReader) {
    options.weightDecay(&weightDecay)
    options.integer("subspace_rank", &subspaceRank, in: 1...4096, help: "the rank of its subspaces")
    options.integer(
      "refresh", &refresh, in: 1...1_000_000, help: "steps until its subspaces are drawn anew")
    options.number(
      "epsilon", &epsilon, in: 1e-9...1e3, help: "how far to either side the loss is asked for")
  }
}

/// SubZero (arXiv 2410.08989, official code): two forward passes a step and no backward pass.
///
/// Every matrix W, [m, n], moves along Z̃ = √(m n / r²) U Z Vᵀ, with U, V from QRs of Gaussians that stay for `refresh`
/// steps and a fresh Gaussian Z, [r, r]; vectors along a full Gaussian. g = (L(W + εZ̃) − L(W − εZ̃)) / 2ε · Z̃, then plain
/// gradient descent. Z is drawn anew from its seed each time it is needed and never kept. A thin matrix is first
/// looked at as the most square one of as many elements, as the paper does for LoRA and prompts.
///
/// Values are moved in place and back, so that they may differ by rounding from those before the two passes.
public final class SubZero: Optimizer {
  private struct Entry {
    let name: String
    let parameter: Parameter
    /// The shape it is looked at in; nil for a vector.
    let shape: (rows: Int, columns: Int)?
    var frame: (u: Tensor, v: Tensor)?
  }

  private var entries: [Entry]
  private let options: SubZeroOptions
  private let seed: RandomGenerator
  /// How many steps were taken.
  public private(set) var steps = 0
  /// The norm of the gradient that the last step estimated; not a number where a loss was none.
  public private(set) var estimatedNorm: Double?

  /// Name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "subzero", summary: "gradient descent along random subspaces, without a backward pass",
    source: "arXiv 2410.08989, official code")

  /// Losses alone, at values that a constraint would not let it ask for.
  public static let traits: OptimizerTraits = [
    .takesLossesOnly, .wantsFreeParameters, .knowsGroups,
  ]

  /// Makes the rule; directions come from the generator.
  public init(options: SubZeroOptions, parameters: TrainedParameters, generator: RandomGenerator) {
    self.options = options
    entries = parameters.named.map { name, parameter in
      let shape = parameter.value.shape
      return Entry(
        name: name, parameter: parameter,
        shape: shape.count < 2 ? nil : Self.mostSquare(parameter.value.count))
    }
    seed = generator.split("subzero")
  }

  /// The two factors of a number that are nearest to each other, the larger first.
  static func mostSquare(_ count: Int) -> (rows: Int, columns: Int) {
    var small = Int(Double(count).squareRoot())
    while small > 1, count % small != 0 { small -= 1 }
    return (count / max(1, small), max(1, small))
  }

  /// Takes one step in place.
  public func step(_ objective: any StepObjective, rate: Double) {
    noGradient {
      if steps % options.refresh == 0 { drawFrames() }
      steps += 1
      let epsilon = options.epsilon
      move(by: epsilon)
      let above = objective.loss()
      move(by: -2 * epsilon)
      let below = objective.loss()
      move(by: epsilon)
      let slope = (above - below) / (2 * epsilon)
      estimatedNorm =
        slope.isFinite ? slope.magnitude * descend(rate: rate, slope: slope) : .nan
    }
  }

  /// Plain gradient descent along every Z̃; gives ‖Z̃‖.
  private func descend(rate: Double, slope: Double) -> Double {
    var square = 0.0
    for entry in entries {
      let direction = direction(entry)
      square += Double(direction.squaredNorm)
      let parameter = entry.parameter
      let rate = rate * parameter.rateFactor
      let decay = parameter.decays ? options.weightDecay * parameter.decayFactor : 0
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
      let stream = seed.split(entries[index].name, steps / options.refresh)
      let width = min(options.subspaceRank, rows, columns)
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

  /// The number of steps; directions come from their seeds.
  public var state: OptimizerState {
    var state = OptimizerState()
    state.counts["subzero.steps"] = steps
    return state
  }

  /// Goes on after a number of steps, with the frames of then.
  public func restore(_ state: OptimizerState) throws {
    steps = try state.count("subzero.steps")
    if steps % options.refresh != 0 { drawFrames() }
  }
}
