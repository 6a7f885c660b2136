import PETL

/// ARC, adapter re-composing (Dong et al., arXiv 2310.06234): before a block's maps,
/// ΔH = dropout(x (W ⊙ c)ᵀ) W + b, from the normalised input x, linear.
///
/// W is [r, width] (the transpose of the paper's), one for all attention blocks and one for all MLPs, the
/// same for both projections; c, [r, 1], and b, [width], belong to a site. Initialisation, as in the
/// official code: W Xavier uniform, b zero, c zero at attention and Xavier uniform (±√(6 / (r + 1))) at
/// the MLP, so that attention starts as it was trained and the MLP near it. c and b are free of weight
/// decay: our choice (the paper trains without any).
///
/// As subspaces, S = dropout(x (W ⊙ c)ᵀ) and B = W; b belongs to none of them. `mergedDelta` and
/// `mergedBias` map x to what is added to it: a map V, v behind the site becomes V (I + ΔW), v + V b.
public final class ARC: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "arc", summary: "Linear bottlenecks before the blocks, of projections all layers share",
    source: "Dong et al., ARC, arXiv 2310.06234")

  /// Both blocks.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// Before the block's maps.
  public let placement = Placement.input

  /// Whether c starts at zero everywhere.
  public var startsAtNetwork: Bool { options.mlpStart == .zero }

  private let projection: Parameter
  private let coefficients: Parameter
  private let bias: Parameter
  private let site: AdaptationSite
  private let options: ARCOptions

  /// W under `arc_attention` or `arc_mlp`, `coefficients` and `bias`.
  public let parameters: [Parameter]

  /// Makes the adapter of one block, with a projection that nobody else holds.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width.
  public convenience init(
    site: AdaptationSite, options: ARCOptions, generator: RandomGenerator
  ) throws {
    let projection = try Self.projection(of: site, options, generator)
    self.init(site, options, projection, generator)
  }

  private init(
    _ site: AdaptationSite, _ options: ARCOptions, _ projection: Parameter,
    _ generator: RandomGenerator
  ) {
    var generator = generator.split("coefficients")
    // In PyTorch a parameter [1, r].
    let isZero = site.kind == .attention || options.mlpStart == .zero
    let start =
      isZero
      ? Tensor.zeros([options.rank, 1]) : .xavierUniform([options.rank, 1], using: &generator)
    self.projection = projection
    coefficients = Parameter("coefficients", start, decays: false)
    bias = Parameter("bias", .zeros([site.inputWidth]), decays: false)
    parameters = [projection, coefficients, bias]
    self.site = site
    self.options = options
  }

  /// Makes the adapters of a network: all of a kind of block hold the same W.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width, or blocks of a kind differ in
  ///   width.
  public static func attach(
    to sites: [AdaptationSite], options: ARCOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    var shared: [AdaptationSite.Kind: Parameter] = [:]
    return try sites.map { site in
      let projection = try shared[site.kind] ?? projection(of: site, options, generator)
      shared[site.kind] = projection
      guard projection.value.shape[1] == site.inputWidth else {
        throw DiagnosticError(
          "site '\(site.name)' is \(site.inputWidth) wide, and others that share its projection "
            + "\(projection.value.shape[1])",
          hints: ["name layers of one width"])
      }
      return AdapterSet.Entry(
        site: site, adapter: ARC(site, options, projection, generator.split(site.name)))
    }
  }

  private static func projection(
    of site: AdaptationSite, _ options: ARCOptions, _ generator: RandomGenerator
  ) throws -> Parameter {
    try site.check(rank: options.rank)
    let name = "arc_\(site.kind.rawValue)"
    var stream = generator.split(name)
    return Parameter(
      name, .xavierUniform([options.rank, site.inputWidth], using: &stream), isShared: true)
  }

  /// S = dropout(x (W ⊙ c)ᵀ), B = W and the bias b.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let directions = directions
    return Subspaces(
      coefficients: pass.dropout(
        x.projected(onto: directions), probability: options.dropout, stream: site.name),
      basis: projection.value, directions: directions, images: pass.images, bias: bias.value)
  }

  /// W ⊙ c and W.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    (directions, projection.value)
  }

  /// W ⊙ c, [r, width].
  private var directions: Tensor { projection.value * coefficients.value }

  /// b.
  public func mergedBias() -> Tensor? { bias.value.detached() }
}
