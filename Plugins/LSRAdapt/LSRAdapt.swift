import PETL

/// LSR-Adapt (arXiv 2502.13568, known from a secondary summary): a LoRA whose factors are sums of Kronecker
/// products, A = Σₖ A1ₖ ⊗ A2ₖ and B = Σₖ B1ₖ ⊗ B2ₖ, ΔH = s · x Aᵀ B.
///
/// A width n is split into n₁ n₂ and the rank into r₁ r₂, each as evenly as possible with the larger part
/// first: 768 into 32 · 24 and 4 into 2 · 2, as in the paper's figures; 2 · 16 · (64 + 48) = 3,584 parameters.
/// Rows that share their index in the first factor form a subspace of dimension r₂.
///
/// Initialisation (not stated; ours): A1, A2 and B1 normal such that A has Kaiming's variance, B2 zero.
public final class LSRAdapt: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lsr", summary: "A LoRA whose factors are sums of Kronecker products; merged exactly",
    source: "LSR-Adapt, arXiv 2502.13568 (from a secondary summary); initialisation is our choice")

  /// Two factors whose Kronecker products add up to A or B.
  private struct Factors {
    let first: Parameter
    let second: Parameter
  }

  private let down: Factors
  private let up: Factors
  private let site: AdaptationSite
  private let options: LSRAdaptOptions
  /// The rank's parts.
  private let ranks: (Int, Int)

  /// `a1`, `a2`, `b1` and `b2`, each [terms, rank part, width part].
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LSRAdaptOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    let ranks = Self.split(options.rank)
    let (inputs, outputs) = (Self.split(site.inputWidth), Self.split(site.outputWidth))
    let terms = options.terms
    func factor(_ name: String, _ rank: Int, _ part: Int, of width: Int) -> Parameter {
      // The variance of a sum of products of two such factors is 1 / (3 width), as Kaiming's.
      let deviation = powerOfQuarter(1 / (3 * Float(width) * Float(terms)))
      return Parameter(
        name, .normal([terms, rank, part], deviation: deviation, using: &generator))
    }
    down = Factors(
      first: factor("a1", ranks.0, inputs.0, of: site.inputWidth),
      second: factor("a2", ranks.1, inputs.1, of: site.inputWidth))
    up = Factors(
      first: factor("b1", ranks.0, outputs.0, of: site.outputWidth),
      second: Parameter("b2", .zeros([terms, ranks.1, outputs.1])))
    parameters = [down.first, down.second, up.first, up.second]
    self.site = site
    self.options = options
    self.ranks = ranks
  }

  /// A number as a product of two, as even as possible, the larger first.
  static func split(_ number: Int) -> (Int, Int) {
    var small = Int(Double(number).squareRoot())
    while small > 1, number % small != 0 { small -= 1 }
    return (number / max(1, small), max(1, small))
  }

  /// S = dropout(x) Aᵀ and B with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images, dimension: ranks.1)
  }

  /// A and B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    let basis = sum(up)
    return (sum(down), basis.scaled(by: Float(options.scale)))
  }

  /// Σₖ first[k] ⊗ second[k], [r₁ r₂, n₁ n₂]: one product over the terms, then the axes put in order.
  private func sum(_ factors: Factors) -> Tensor {
    let (left, right) = (factors.first.value, factors.second.value)
    let (r1, n1) = (left.shape[1], left.shape[2])
    let (r2, n2) = (right.shape[1], right.shape[2])
    return left.reshaped([options.terms, r1 * n1])
      .matmul(right.reshaped([options.terms, r2 * n2]), transposingSelf: true)
      .reshaped([r1, n1, r2, n2]).transposed([0, 2, 1, 3]).reshaped([r1 * r2, n1 * n2])
  }
}

private func powerOfQuarter(_ x: Float) -> Float { x.squareRoot().squareRoot() }
