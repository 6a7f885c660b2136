import PETL

/// ReSoRA's linear measure between sites instead of within one: the mean |ρ|^p over pairs of
/// coefficients of which one is of a site and the other of another.
///
/// The measure is our reconstruction of ReSoRA's (arXiv 2507.20745), the correlation over the
/// batch's tokens; that sites are compared at all is our choice. Only sites with the same tokens in
/// the same order are: of one tower, with equal rows and grids. In windows (Swin) attention's own
/// maps have another order in each layer, and are compared within it only.
public struct ReSoRAAcross: Regularizer {
  /// Which sites are compared.
  public enum Pairs: String, CaseIterable, Sendable {
    /// Those of a layer, such as its query and value.
    case layer
    /// Those of a kind in layers that follow each other.
    case neighbours
    /// All.
    case all
  }

  /// The options of `ReSoRAAcross`.
  public struct Options: PluginOptions {
    /// Which sites are compared.
    public var pairs = Pairs.layer
    /// The power of a correlation's absolute value.
    public var exponent = 1

    /// The defaults.
    public init() {}

    /// Declares the options.
    public mutating func visit(_ options: OptionReader) {
      options.choice(
        "pairs", &pairs,
        help: "which sites: layer (all of one), neighbours (a kind in layers that follow), all")
      options.integer("exponent", &exponent, in: 1...2, help: "the power of a correlation")
    }
  }

  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "resora-across", summary: "Redundancy between sites: query and value, or layers",
    source: "ReSoRA's linear measure (arXiv 2507.20745, reconstruction); between sites our choice")

  private let options: Options

  /// Makes the regularizer.
  public init(options: Options = Options()) { self.options = options }

  /// Subspaces.
  public var needs: RegularizerNeeds { [.subspaces] }

  /// That no two sites can be compared.
  public func objection(to sites: [SiteTraits]) -> String? {
    pairs(of: sites.map(\.site)).isEmpty
      ? "no two of its sites can be compared by pairs: \(options.pairs.rawValue)" : nil
  }

  /// The mean over pairs of sites; logs `largest`, that of the pair that has most in common.
  public func penalty(in context: RegularizerContext) -> Tensor {
    let sites = context.sites.map(\.subspaces)
    let values = pairs(of: context.sites.map(\.site))
      .filter { sites[$0].rows == sites[$1].rows }.map { between(sites[$0], sites[$1]) }
    if let largest = values.map(\.item).max() { context.log("largest", Double(largest)) }
    return context.mean(of: values)
  }

  /// The mean over r × r' pairs.
  private func between(_ x: Subspaces, _ y: Subspaces) -> Tensor {
    let both = Tensor.concatenated([x.coefficients, y.coefficients], axis: 1)
    let r = x.coefficients.shape[1]
    let rho = both.gram(centered: true).correlation().sliced(axis: 0, 0..<r)
      .sliced(axis: 1, r..<both.shape[1])
    return (options.exponent == 1 ? rho.abs() : rho.squared()).mean()
  }

  /// The places of sites whose tokens are the same.
  private func pairs(of sites: [AdaptationSite]) -> [(Int, Int)] {
    sites.indices.flatMap { i in
      sites.indices.compactMap { j in
        let (a, b) = (sites[i], sites[j])
        let hasOrder = a.grid != nil || a.tower == .text || a.layer == b.layer
        guard a.tower == b.tower, a.grid == b.grid, hasOrder else { return nil }
        let isPair =
          switch options.pairs {
          case .layer: a.layer == b.layer && a.kind.rawValue < b.kind.rawValue
          case .neighbours: a.kind == b.kind && b.layer == next(after: a, in: sites)
          case .all: i < j
          }
        return isPair ? (i, j) : nil
      }
    }
  }

  private func next(after site: AdaptationSite, in sites: [AdaptationSite]) -> Int? {
    sites.filter { $0.kind == site.kind && $0.tower == site.tower && $0.layer > site.layer }
      .map(\.layer).min()
  }
}
