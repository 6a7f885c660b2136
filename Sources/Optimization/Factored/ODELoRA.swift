import PETL

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
  private let pairs: [FactorPair]
  private let others: AdamW
  private let damping: Double
  private let startScale: Double
  private let seed: RandomGenerator

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - pairs: what moves by the flow.
  ///   - others: moves everything else.
  ///   - damping: added to the diagonals of A Aᵀ and B Bᵀ before they are inverted, in units of their mean.
  ///   - startScale: the singular values that a zero ΔW starts with.
  ///   - generator: of that start.
  public init(
    _ pairs: [FactorPair], others: AdamW, damping: Double, startScale: Double,
    generator: RandomGenerator
  ) {
    self.pairs = pairs
    self.others = others
    self.damping = damping
    self.startScale = startScale
    seed = generator
  }

  /// Gives pairs whose ΔW is zero a small balanced start.
  public func prepare(_ gradients: () -> Gradients) {
    for pair in pairs where pair.isSingular {
      func rows(_ value: Tensor, _ name: String) -> DoubleMatrix {
        var stream = seed.split(pair.name).split(name)
        let noise = DoubleMatrix(Tensor(stream.normal(value.count), shape: value.shape))
        return startScale.squareRoot() * noise.transposed.qr().q.transposed
      }
      pair.assign(rows(pair.directions.value, "a"), rows(pair.basis.value, "b"))
    }
  }

  /// Takes one step in place.
  public func step(_ gradients: Gradients, rate: Double, scale: Double) {
    others.step(gradients, rate: rate, scale: scale)
    noGradient {
      for pair in pairs {
        guard let slopes = pair.slopes(gradients, scale: scale) else { continue }
        let (a, b) = (DoubleMatrix(pair.directions.value), DoubleMatrix(pair.basis.value))
        let moved = Self.step(a, b, slopes, rate: rate, damping: damping)
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
