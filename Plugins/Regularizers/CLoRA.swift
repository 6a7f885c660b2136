import PETL

/// CLoRA, controlled LoRA: the update vanishes on fixed directions, ½ (‖A P_Aᵀ‖² + ‖B P_Bᵀ‖²) with
/// k orthonormal rows in P_A and in P_B.
///
/// Source: Lu et al. (arXiv 2410.16801, ACL 2025); the factor ½ and the orthonormal random P as in
/// the authors' code. What lies in P is put into the null space of ΔW, so that it passes as before.
/// `null-space` takes for P the leading singular directions of the frozen weight, not the trailing
/// ones: what the network answers to most is then left alone. That, the mean over sites instead of
/// their sum, and that the adapter's scale is in B, are our choice.
public final class CLoRA: Regularizer {
  /// Which directions are fixed.
  public enum Directions: String, CaseIterable, Sendable {
    /// Random ones, by the run's seed.
    case random
    /// The leading singular directions of the frozen weight.
    case nullSpace = "null-space"
  }

  /// The options of `CLoRA`.
  public struct Options: PluginOptions {
    /// Which directions are fixed.
    public var p = Directions.random
    /// How many there are on each side.
    public var k = 64
    /// Which factors.
    public var of = WeightOrthogonality.Factors.both

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice(
        "p", &p,
        help: "random (CLoRA), or null-space: the frozen weight's leading ones (our choice)")
      options.integer(
        "k", &k, in: 1...65536, help: "directions a side, at most the width (64: our choice)")
      options.choice("of", &of, help: "which factors: both (CLoRA), directions, basis")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "clora", summary: "Fixed directions that the update leaves alone",
    source: "Lu et al., CLoRA, arXiv 2410.16801; p: null-space is our choice")

  private let options: Options
  /// What was drawn, by the stream that it was drawn from.
  private var drawn: [RandomGenerator: Tensor] = [:]

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// Subspaces, and the frozen weight where P comes from it.
  public var needs: RegularizerNeeds {
    options.p == .random ? [.subspaces] : [.subspaces, .frozenWeights]
  }

  /// That there are no input directions where they are asked for.
  public func objection(to sites: [SiteTraits]) -> String? { options.of.objection(to: sites) }

  /// The mean over sites; logs `share`, how much of a factor's square lies in P.
  public func penalty(in context: RegularizerContext) -> Tensor {
    context.mean(overSites: { site in
      let fixed = directions(at: site, context.generator.split(site.name))
      return zip(options.of.rows(of: site.subspaces), options.of.select(fixed.a, fixed.b))
        .reduce(Tensor(0)) { sum, pair in
          let (factor, p) = pair
          let inside = factor.matmul(p(factor.shape[1]), transposingOther: true).squared().sum()
          let whole = noGradient { factor.squared().sum() }.item
          if whole > 0 { context.log("share", Double(inside.item / whole)) }
          return sum + inside.scaled(by: 0.5)
        }
    })
  }

  /// P_A and P_B of a site, [k, width], for a factor of some width.
  private func directions(
    at site: SiteContext, _ stream: RandomGenerator
  ) -> (a: (Int) -> Tensor, b: (Int) -> Tensor) {
    guard options.p == .random else {
      let leading = site.leadingDirections(options.k)
      return ({ _ in leading.inputs }, { _ in leading.outputs })
    }
    return ({ self.draw($0, stream.split("A")) }, { self.draw($0, stream.split("B")) })
  }

  /// Random orthonormal rows, drawn once a run.
  private func draw(_ width: Int, _ stream: RandomGenerator) -> Tensor {
    if let known = drawn[stream] { return known }
    var own = stream
    let k = min(options.k, width)
    let start = Tensor(own.normal(width * k), shape: [k, width])
    let rows = DoubleMatrix(start).transposed.qr().q.transposed.tensor
    drawn[stream] = rows
    return rows
  }
}
