import PETL

/// Compacter (Karimi Mahabadi et al., arXiv 2106.04647, equation 5): Houlsby's bottleneck after attention and
/// after the MLP, ΔH = φ(y D + d) U + u, whose maps are sums of Kronecker products,
/// D = Σᵢ Aᵢ ⊗ (Lᵢ Rᵢ) and U likewise.
///
/// y is the block's output. A, [n, n, n], is one for all maps of the network; L and R, of rank 1 in the paper,
/// belong to a map: 4 (width + r) numbers a layer without biases. φ is GELU by its approximation.
///
/// Initialisation, as in the official code: A normal with deviation 1e-4, L and R Glorot uniform with gain √2,
/// biases zero, so that training starts at the pre-trained network up to about 1e-7. Biases are free of weight
/// decay: our choice. The paper trains the layer norms as well; here nothing but the adapter is trained.
///
/// As subspaces, S = φ(y D + d) and B = U; u belongs to none of them.
public final class Compacter: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "compacter",
    summary: "Bottlenecks after attention and MLP whose maps are sums of Kronecker products",
    source: "Karimi Mahabadi et al., Compacter, arXiv 2106.04647, and its code")

  /// Both blocks.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// After the block, before it is added to the residual stream.
  public let placement = Placement.sequential

  /// Whether the maps start small.
  public var startsAtNetwork: Bool { options.phmDeviation <= 2e-4 }

  /// A.
  private let rule: Parameter
  private let down: KroneckerSum
  private let up: KroneckerSum
  private let downBias: Parameter
  private let upBias: Parameter
  private let options: CompacterOptions

  /// The shared `phm_rule`, and `down_left`, `down_right`, `down_bias`, `up_left`, `up_right` and `up_bias`.
  public let parameters: [Parameter]

  /// Makes the adapter of a network of one block.
  ///
  /// - Throws: `DiagnosticError` when `phm_dim` does not divide width and rank, or the rank is larger.
  public convenience init(
    site: AdaptationSite, options: CompacterOptions, generator: RandomGenerator
  ) throws {
    try self.init(site, options, Self.rule(options, generator), generator)
  }

  private init(
    _ site: AdaptationSite, _ options: CompacterOptions, _ rule: Parameter,
    _ generator: RandomGenerator
  ) throws {
    let (width, terms) = (site.outputWidth, options.phmDimension)
    let rank = options.rank(ofWidth: width)
    try site.check(rank: rank)
    guard width % terms == 0, rank % terms == 0 else { throw Self.misfit(site, options) }
    var generator = generator.split("maps")
    down = KroneckerSum(
      "down", from: width, to: rank, terms: terms, rank: options.phmRank, &generator)
    up = KroneckerSum(
      "up", from: rank, to: width, terms: terms, rank: options.phmRank, &generator)
    downBias = Parameter("down_bias", .zeros([rank]), decays: false)
    upBias = Parameter("up_bias", .zeros([width]), decays: false)
    parameters = [rule, down.left, down.right, downBias, up.left, up.right, upBias]
    (self.rule, self.options) = (rule, options)
  }

  private static func misfit(
    _ site: AdaptationSite, _ options: CompacterOptions
  ) -> DiagnosticError {
    let (width, terms) = (site.outputWidth, options.phmDimension)
    let rank = options.rank(ofWidth: width)
    let divisor = stride(from: terms, through: 1, by: -1).first {
      width.isMultiple(of: $0) && rank.isMultiple(of: $0)
    }
    let multiple = max(terms, (rank + terms / 2) / terms * terms)
    let byRank =
      width.isMultiple(of: terms) && multiple <= width ? ["or rank: \(multiple)"] : []
    return DiagnosticError(
      "phm_dim \(terms) does not divide the width \(width) and the rank \(rank) of site "
        + "'\(site.name)'",
      hints: [(["use phm_dim: \(divisor ?? 1)"] + byRank).joined(separator: ", ")])
  }

  /// The same A for all sites.
  ///
  /// - Throws: `DiagnosticError` when `phm_dim` does not divide width and rank, or the rank is larger.
  public static func attach(
    to sites: [AdaptationSite], options: CompacterOptions, generator: RandomGenerator
  ) throws -> [AdapterSet.Entry] {
    let rule = rule(options, generator)
    return try sites.map {
      AdapterSet.Entry(
        site: $0, adapter: try Compacter($0, options, rule, generator.split($0.name)))
    }
  }

  private static func rule(
    _ options: CompacterOptions, _ generator: RandomGenerator
  ) -> Parameter {
    var stream = generator.split("phm_rule")
    let n = options.phmDimension
    let start = Tensor.normal(
      [n, n, n], deviation: Float(options.phmDeviation), using: &stream)
    return Parameter("phm_rule", start, isShared: true)
  }

  /// S = φ(y D + d), B = U and the bias u.
  public func subspaces(of y: Tensor, in pass: ForwardPass) -> Subspaces {
    let directions = directions
    return Subspaces(
      coefficients: options.activation(y.projected(onto: directions) + downBias.value),
      basis: up.matrix(rule.value), directions: isLinear ? directions : nil, images: pass.images,
      bias: upBias.value)
  }

  /// Dᵀ and U without an activation.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    isLinear ? (directions, up.matrix(rule.value)) : nil
  }

  /// d U + u without an activation.
  public func mergedBias() -> Tensor? {
    guard isLinear else { return nil }
    return noGradient {
      let d = downBias.value
      return d.reshaped([1, d.count]).matmul(up.matrix(rule.value)).reshaped([upBias.value.count])
        + upBias.value
    }
  }

  private var isLinear: Bool { options.activation == .none }

  /// Dᵀ, [r, width].
  private var directions: Tensor { down.matrix(rule.value).transposed() }
}
