import PETL

/// The options of Riemannion.
public struct RiemannionOptions: PluginOptions, Hashable {
  /// How much of the old momentum is kept.
  public var momentum = Momentum.usual
  /// α, the singular values that a ΔW of zero starts with.
  public var startScale = FactorStart.usual
  /// The options of the rule that moves everything else.
  public var others = AdamWOptions()

  /// The defaults.
  public init() {}

  /// Declares momentum, start, and AdamW's options.
  public mutating func visit(_ options: OptionReader) {
    options.momentum(&momentum)
    options.startScale(&startScale)
    others.visit(options)
  }
}

/// Riemannion (arXiv 2507.12142, known from a secondary summary): every pair of factors is a point X = BᵀA on
/// the manifold of matrices of rank r.
///
/// A step: the old momentum is projected to the tangent space at X and the gradient added; the singular values of
/// the sum, at most 2 r, are set to 1; the result is projected again, a step taken, and X brought back by a
/// truncated singular value decomposition, its factors balanced. Two thin QRs and one 2r × 2r decomposition each;
/// an out × in matrix is never formed. Everything else (the head, biases) moves by AdamW.
///
/// Start: where ΔW is zero there is no tangent space. The locally optimal start is α U₁..ᵣ Vᵣ₊₁..₂ᵣᵀ of the full
/// gradient's decomposition, found by probes through the adapter itself (`FullGradientSketch`). ΔW₀ is not taken
/// off the frozen weight: α is small instead, our choice.
public final class Riemannion: Optimizer {
  private let options: RiemannionOptions
  private let pairs: [FactorPair]
  private let others: AdamW
  private let seed: RandomGenerator
  /// The momentum of each pair as left · rightᵀ.
  private var momenta: [(left: DoubleMatrix, right: DoubleMatrix)?]

  /// Name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "riemannion",
    summary: "Muon's orthogonalised steps on the manifold of matrices of fixed rank",
    source: "arXiv 2507.12142, from a secondary summary")

  /// It moves both factors of linear adapters.
  public static let traits: OptimizerTraits = .movesFactors

  /// Makes the rule without momentum; the probes of the start come from the generator.
  public init(options: RiemannionOptions, parameters: TrainedParameters, generator: RandomGenerator)
  {
    self.options = options
    pairs = parameters.factors
    others = AdamW(options: options.others, parameters: parameters.besideFactors)
    seed = generator
    momenta = Array(repeating: nil, count: pairs.count)
  }

  /// Gives pairs whose ΔW is zero the locally optimal start.
  public func prepare(_ objective: any StepObjective) throws {
    let empty = pairs.filter(\.isSingular)
    guard !empty.isEmpty else { return }
    let sketches = try FullGradientSketch.take(empty, generator: seed, objective)
    for (pair, sketch) in zip(empty, sketches) {
      let rank = pair.basis.value.shape[0]
      let root = options.startScale.squareRoot()
      // A map of fewer than 2 r inputs has no 2 r directions: its last r are taken then.
      let second = min(rank, sketch.right.rows - rank)
      let (u, v) = (sketch.left.columns(0..<rank), sketch.right.columns(second..<second + rank))
      pair.assign(root * v.transposed, root * u.transposed)
    }
  }

  /// Takes one step in place.
  public func step(_ objective: any StepObjective, rate: Double) throws {
    let gradients = try objective.gradients()
    try others.step(FoundGradients(gradients, of: objective), rate: rate)
    noGradient {
      for (index, pair) in pairs.enumerated() {
        guard let slopes = pair.slopes(gradients) else { continue }
        let (a, b) = (DoubleMatrix(pair.directions.value), DoubleMatrix(pair.basis.value))
        let point = FixedRankPoint(a, b)
        var (uZ, zV) = point.projections(a, b, slopes)
        if let (left, right) = momenta[index] {
          uZ =
            uZ + options.momentum
            * point.u.times(left, transposingSelf: true).times(right, transposingOther: true)
          zV = zV + options.momentum * (left * right.times(point.v, transposingSelf: true))
        }
        let momentum = point.tangent(uZ, zV)
        momenta[index] = momentum
        let next = Self.step(from: point, along: momentum, rate: rate)
        let (newA, newB) = next.factors
        pair.assign(newA, newB)
      }
    }
  }

  /// The point after a step against the momentum with its singular values set to 1.
  static func step(
    from point: FixedRankPoint, along momentum: (left: DoubleMatrix, right: DoubleMatrix),
    rate: Double
  ) -> FixedRankPoint {
    let rank = point.sigma.count
    let whole = FixedRankPoint(
      left: momentum.left, right: momentum.right, rank: momentum.left.columns)
    let top = whole.sigma.first ?? 0
    let signs = whole.sigma.map { $0 > top * 1e-7 ? 1.0 : 0 }
    let left = whole.u.scalingColumns(by: signs)
    let (uO, oV) = (
      point.u.times(left, transposingSelf: true).times(whole.v, transposingOther: true),
      left * whole.v.times(point.v, transposingSelf: true)
    )
    let (tangentLeft, tangentRight) = point.tangent(uO, oV)
    return FixedRankPoint(
      left: point.u.scalingColumns(by: point.sigma).beside(-rate * tangentLeft),
      right: point.v.beside(tangentRight), rank: rank)
  }

  /// AdamW's state and the momenta's factors.
  public var state: OptimizerState {
    var state = others.state
    for (pair, momentum) in zip(pairs, momenta) {
      state.matrices["riemannion.left.\(pair.name)"] = momentum?.left
      state.matrices["riemannion.right.\(pair.name)"] = momentum?.right
    }
    return state
  }

  /// Goes on with AdamW's state and the momenta, which are kept in double precision.
  public func restore(_ state: OptimizerState) throws {
    try others.restore(state)
    for (index, pair) in pairs.enumerated() {
      let left = state.matrices["riemannion.left.\(pair.name)"]
      let right = state.matrices["riemannion.right.\(pair.name)"]
      // A pair has no momentum before its first step.
      momenta[index] = left.flatMap { left in right.map { (left, $0) } }
      guard let (left, right) = momenta[index] else { continue }
      let (outputs, inputs) = (pair.basis.value.shape[1], pair.directions.value.shape[1])
      guard left.rows == outputs, right.rows == inputs, left.columns == right.columns else {
        throw DiagnosticError(
          "the optimizer's 'riemannion.left.\(pair.name)' and '….right' have shapes [\(left.rows), \(left.columns)] and [\(right.rows), \(right.columns)]",
          hints: ["expected \(outputs) and \(inputs) rows, and as many columns"])
      }
    }
  }

  /// Nothing for the pairs, whose momentum is that of ΔW and knows no gauge.
  public func transform(_ parameter: Parameter, by matrix: DoubleMatrix) {}
}
