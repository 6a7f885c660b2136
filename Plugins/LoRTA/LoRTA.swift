import PETL

/// LoRTA (arXiv 2410.04060): the updates of all layers, attention matrices and heads are one tensor.
///
///     ΔW[l, m, h][o, j] = s · Σₖ A[k, o] B[k, j] C_h[h, k] C_m[m, k] C_l[l, k].
///
/// Heads are parts of the output of query, key and value, and of the input of the map after attention. For
/// one site that is a sum of r rank-one maps, so it decomposes, and merges exactly.
///
/// Initialisation (derived code): A Kaiming uniform with a = √5, B zero, the C uniform in ±√(6 / r)
/// (`kaiming_uniform_` with a = √5 · init_scale, whose default 0.0 gives this).
public final class LoRTA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lorta",
    summary: "One CP tensor for the updates of all layers, attention matrices and heads",
    source: "LoRTA, arXiv 2410.04060, and code derived from the authors'")

  /// The four maps of attention, which are the tensor's matrices.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.query, .key, .value, .output]

  /// All four.
  public static func defaultSites(with options: LoRTAOptions) -> [AdaptationSite.Kind] { kinds }

  private static let kinds: [AdaptationSite.Kind] = [.query, .key, .value, .output]

  /// The tensor's factors, shared by all sites.
  private struct Factors {
    /// A, of the side that is not divided into heads.
    let wide: Parameter
    /// B, of the width of a head.
    let narrow: Parameter
    let heads: Parameter
    let matrices: Parameter
    let layers: Parameter
  }

  private let tensor: Factors
  private let site: AdaptationSite
  private let options: LoRTAOptions
  /// The site's row of C_l.
  private let layer: Int

  /// The tensor's five factors.
  public var parameters: [Parameter] {
    [tensor.wide, tensor.narrow, tensor.heads, tensor.matrices, tensor.layers]
  }

  /// Makes the adapter of a network of one site.
  ///
  /// - Throws: `DiagnosticError` when the site has not the shape of attention's maps.
  public convenience init(
    site: AdaptationSite, options: LoRTAOptions, generator: RandomGenerator
  ) throws {
    self.init(
      site: site, options: options, layer: 0,
      tensor: try Self.factors([site], options, generator))
  }

  private init(
    site: AdaptationSite, options: LoRTAOptions, layer: Int, tensor: Factors
  ) {
    self.site = site
    self.options = options
    self.layer = layer
    self.tensor = tensor
  }

  /// One tensor for all sites; its layers are those that have a site.
  ///
  /// - Throws: `DiagnosticError` when the sites have not all the same shape.
  public static func attach(
    to sites: [AdaptationSite], options: LoRTAOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    guard !sites.isEmpty else { return [] }
    let tensor = try factors(sites, options, generator)
    let layers = Set(sites.map(\.layer)).sorted()
    return sites.map { site in
      let layer = layers.firstIndex(of: site.layer) ?? 0
      return AdapterSet.Entry(
        site: site,
        adapter: LoRTA(site: site, options: options, layer: layer, tensor: tensor))
    }
  }

  private static func factors(
    _ sites: [AdaptationSite], _ options: LoRTAOptions, _ generator: RandomGenerator
  ) throws -> Factors {
    let (heads, r) = (sites[0].heads, options.rank)
    /// The side that heads share: outputs of query, key and value, inputs of output.
    func shared(_ site: AdaptationSite) -> Int {
      site.kind == .output ? site.inputWidth : site.outputWidth
    }
    func whole(_ site: AdaptationSite) -> Int {
      site.kind == .output ? site.outputWidth : site.inputWidth
    }
    for site in sites {
      guard shared(site) == shared(sites[0]), whole(site) == whole(sites[0]),
        shared(site).isMultiple(of: heads), site.heads == heads
      else {
        throw DiagnosticError(
          "site '\(site.name)' (\(site.inputWidth) → \(site.outputWidth), \(site.heads) heads) does not "
            + "fit the tensor of '\(sites[0].name)'",
          hints: ["expected attention maps of one shape, with heads that divide it"])
      }
    }
    var generator = generator.split("lorta")
    let layers = Set(sites.map(\.layer)).count
    let bound = (6 / Float(r)).squareRoot()
    func mixing(_ name: String, _ rows: Int) -> Parameter {
      let values = generator.uniform(rows * r, in: -bound..<bound)
      return Parameter(name, Tensor(values, shape: [rows, r]), isShared: true)
    }
    let wide = Tensor.kaimingUniform([r, whole(sites[0])], using: &generator)
    return Factors(
      wide: Parameter("lorta_A", wide, isShared: true),
      narrow: Parameter("lorta_B", .zeros([r, shared(sites[0]) / heads]), isShared: true),
      heads: mixing("lorta_C_h", heads), matrices: mixing("lorta_C_m", kinds.count),
      layers: mixing("lorta_C_l", layers))
  }

  /// S = dropout(x) Aᵀ and B of the site.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// A and B of the site.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    let r = options.rank
    let (wide, narrow, heads) = (tensor.wide.value, tensor.narrow.value, tensor.heads.value)
    let perHead = narrow.shape[1]
    // Row k: C_h[0, k] B[k], C_h[1, k] B[k], …
    let spread =
      (heads.transposed().reshaped([r, site.heads, 1]) * narrow.reshaped([r, 1, perHead]))
      .reshaped([r, site.heads * perHead])
    let matrix = Self.kinds.firstIndex(of: site.kind) ?? 0
    let weights =
      tensor.matrices.value.sliced(axis: 0, matrix..<matrix + 1)
      * tensor.layers.value.sliced(axis: 0, layer..<layer + 1)
    let scaled = weights.reshaped([r, 1]).scaled(by: Float(options.effectiveScale))
    return site.kind == .output ? (spread, wide * scaled) : (wide, spread * scaled)
  }
}
