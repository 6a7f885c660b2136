import PETL

/// The options of ODELoRA.
public struct ODELoRAOptions: PluginOptions, Hashable {
  /// The singular values that a ΔW of zero starts with.
  public var startScale = FactorStart.usual
  /// What is added to the diagonals of A Aᵀ and B Bᵀ before they are inverted, in units of their mean.
  public var damping = 1e-3
  /// The options of the rule that moves everything else.
  public var others = AdamWOptions()

  /// The defaults.
  public init() {}

  /// Declares start, damping, and AdamW's options.
  public mutating func visit(_ options: OptionReader) {
    options.startScale(&startScale)
    options.number(
      "damping", &damping, in: 0...1e6,
      help: "of the inverted Gram matrices, in units of their mean diagonal (our choice)")
    others.visit(options)
  }
}

/// An Euler step of the flow that moves ΔW = BᵀA as gradient descent on the whole weight would, as far as rank r
/// allows: Ẋ = −P_T(G).
///
/// Our own derivation after ODELoRA's abstract (arXiv 2602.07479), whose formulas were not available: with dA = B G
/// and dB = A Gᵀ,
///
///     Ȧ = −(B Bᵀ)⁻¹ dA (I − ½ P_A),   Ḃ = −(A Aᵀ)⁻¹ dB (I − ½ P_B),
///
/// P_A and P_B the projections on the row spaces. A further term of the flow, which keeps A Aᵀ = B Bᵀ, moves within
/// the gauge only; here the balanced gauge is restored exactly after every step instead. The inverses are damped, so that
/// a vanishing singular value stops the step and does not blow it up. Everything else moves by AdamW.
///
/// Start: where ΔW is zero the flow is singular; such pairs start balanced, orthonormal rows times √startScale.
public final class ODELoRA: Optimizer {
  private let options: ODELoRAOptions
  private let pairs: [FactorPair]
  private let others: AdamW
  private let seed: RandomGenerator

  /// Name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "odelora", summary: "Euler steps of the flow of full fine-tuning, for linear adapters",
    source: "reconstruction after the abstract of arXiv 2602.07479")

  /// It moves both factors of linear adapters.
  public static let traits: OptimizerTraits = .movesFactors

  /// Makes the rule; the start comes from the generator.
  public init(options: ODELoRAOptions, parameters: TrainedParameters, generator: RandomGenerator) {
    self.options = options
    pairs = parameters.factors
    others = AdamW(options: options.others, parameters: parameters.besideFactors)
    seed = generator
  }

  /// Gives pairs whose ΔW is zero a small balanced start.
  public func prepare(_ objective: any StepObjective) {
    for pair in pairs where pair.isSingular {
      func rows(_ value: Tensor, _ name: String) -> DoubleMatrix {
        var stream = seed.split(pair.name).split(name)
        let noise = DoubleMatrix(Tensor(stream.normal(value.count), shape: value.shape))
        return options.startScale.squareRoot() * noise.transposed.qr().q.transposed
      }
      pair.assign(rows(pair.directions.value, "a"), rows(pair.basis.value, "b"))
    }
  }

  /// Takes one step in place.
  public func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    try others.step(FoundGradients(gradients, of: objective), rate: rate)
    noGradient {
      for pair in pairs {
        guard let slopes = pair.slopes(gradients) else { continue }
        let (a, b) = (DoubleMatrix(pair.directions.value), DoubleMatrix(pair.basis.value))
        let moved = Self.step(a, b, slopes, rate: rate, damping: options.damping)
        let (newA, newB) = FixedRankPoint(moved.a, moved.b).factors
        pair.assign(newA, newB)
      }
    }
  }

  /// Both factors after an Euler step, not balanced yet; what vanishes stays.
  static func step(
    _ a: DoubleMatrix, _ b: DoubleMatrix, _ slopes: (a: DoubleMatrix, b: DoubleMatrix),
    rate: Double, damping: Double
  ) -> (a: DoubleMatrix, b: DoubleMatrix) {
    func damped(_ x: DoubleMatrix) -> DoubleMatrix {
      let gram = x.times(x, transposingOther: true)
      let mean = gram.trace / Double(max(1, gram.rows))
      return gram + (damping * mean) * DoubleMatrix(identity: gram.rows)
    }
    let (gramA, gramB) = (damped(a), damped(b))
    func velocity(
      _ slope: DoubleMatrix, own: DoubleMatrix, _ ownGram: DoubleMatrix, other: DoubleMatrix
    ) -> DoubleMatrix {
      // slope (I − ½ P), with P = ownᵀ (own ownᵀ)⁻¹ own.
      let onRows = slope.times(own, transposingOther: true)
      let weights = ownGram.leastSquares(onRows.transposed)
      return other.leastSquares(slope - 0.5 * weights.times(own, transposingSelf: true))
    }
    return (
      a - rate * velocity(slopes.a, own: a, gramA, other: gramB),
      b - rate * velocity(slopes.b, own: b, gramB, other: gramA)
    )
  }

  /// AdamW's: the flow has no state of its own.
  public var state: OptimizerState { others.state }

  /// AdamW's.
  public func restore(_ state: OptimizerState) throws { try others.restore(state) }
}
