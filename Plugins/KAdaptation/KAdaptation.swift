import PETL

/// KAdaptation (He et al., arXiv 2203.16329): ΔW is a sum of Kronecker products of matrices that all layers
/// share and matrices of rank one, ΔH = s · x Σᵢ Aᵢ ⊗ (uᵢ vᵢᵀ).
///
/// As in the authors' code, Aᵢ = lᵢ rᵢᵀ has rank one, too, and there is one set for queries and one for values.
/// So each product is a rank-one map by itself, with direction lᵢ ⊗ uᵢ and basis rᵢ ⊗ vᵢ: n of them. l and r
/// are [n, n], u is [n, in / n] and v [n, out / n].
///
/// Initialisation: l and r uniform in ±0.01, as their code has it; u Glorot uniform with a gain of √2 and v
/// zero, so that training starts at the pre-trained network: our choice, for their code has zeros in both, which
/// get no gradient. Their bias, one for the queries and values of a layer, and their dropout of ΔW's elements
/// are left out: our choice.
public final class KAdaptation: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "kadaptation",
    summary: "A sum of Kronecker products, one factor of all layers; merged exactly",
    source: "He et al., KAdaptation, arXiv 2203.16329, and its code; the start is our choice")

  /// l and r of a kind of map.
  private struct Rule {
    let left: Parameter
    let right: Parameter
  }

  private let rule: Rule
  private let u: Parameter
  private let v: Parameter
  private let site: AdaptationSite
  private let options: KAdaptationOptions

  /// `u`, `v`, and l and r of the kind: `left_query` and `right_query`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` when `phm_dim` does not divide the widths.
  public convenience init(
    site: AdaptationSite, options: KAdaptationOptions, generator: RandomGenerator
  ) throws {
    try self.init(site, options, Self.rule(site.kind, options, generator), generator)
  }

  private init(
    _ site: AdaptationSite, _ options: KAdaptationOptions, _ rule: Rule,
    _ generator: RandomGenerator
  ) throws {
    let n = options.phmDimension
    let (a, b) = (site.inputWidth, site.outputWidth)
    guard a.isMultiple(of: n), b.isMultiple(of: n) else {
      let near = (1...min(a, b)).filter { a.isMultiple(of: $0) && b.isMultiple(of: $0) }
        .min { abs($0 - n) < abs($1 - n) }
      throw DiagnosticError(
        "phm_dim \(n) does not divide the widths of site '\(site.name)' (\(a) → \(b))",
        hints: ["the nearest number that does is \(near ?? 1)"])
    }
    var stream = generator.split("u")
    let bound = (12 / Float(a / n + 1)).squareRoot()
    u = Parameter("u", Tensor(stream.uniform(a, in: -bound..<bound), shape: [n, a / n]))
    v = Parameter("v", .zeros([n, b / n]))
    parameters = [u, v, rule.left, rule.right]
    (self.site, self.options, self.rule) = (site, options, rule)
  }

  /// The same l and r for all sites of a kind.
  ///
  /// - Throws: `DiagnosticError` when `phm_dim` does not divide the widths.
  public static func attach(
    to sites: [AdaptationSite], options: KAdaptationOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    var rules: [AdaptationSite.Kind: Rule] = [:]
    return try sites.map { site in
      let rule = rules[site.kind] ?? rule(site.kind, options, generator)
      rules[site.kind] = rule
      return AdapterSet.Entry(
        site: site, adapter: try KAdaptation(site, options, rule, generator.split(site.name)))
    }
  }

  private static func rule(
    _ kind: AdaptationSite.Kind, _ options: KAdaptationOptions, _ generator: RandomGenerator
  ) -> Rule {
    let n = options.phmDimension
    func factor(_ name: String) -> Parameter {
      var stream = generator.split("\(name)_\(kind.rawValue)")
      return Parameter(
        "\(name)_\(kind.rawValue)",
        Tensor(stream.uniform(n * n, in: -0.01..<0.01), shape: [n, n]), isShared: true)
    }
    return Rule(left: factor("left"), right: factor("right"))
  }

  /// S = dropout(x) Aᵀ and B with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// A and B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    (
      products(rule.left.value, u.value),
      products(rule.right.value, v.value).scaled(by: Float(options.scale))
    )
  }

  /// The Kronecker products of rows, [n, a] and [n, b] to [n, a b].
  private func products(_ first: Tensor, _ second: Tensor) -> Tensor {
    let (n, a, b) = (first.shape[0], first.shape[1], second.shape[1])
    return (first.reshaped([n, a, 1]) * second.reshaped([n, 1, b])).reshaped([n, a * b])
  }
}
