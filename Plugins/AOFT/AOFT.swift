import PETL

/// AOFT (arXiv 2507.13260, known from secondary summaries): ΔH = s · (x AO(q_down) ⊙ λ) AO(q_up)ᵀ.
///
/// Each projection comes from one vector, so a site has in + out parameters for any d (and d more with
/// λ, which is AOFT*). S is computed without any matrix of N columns but x; B is d × N.
///
/// Initialisation: our choice throughout. For no vectors does the product of two projections vanish, so a start
/// that adds nothing needs λ = 0, or the initial product subtracted.
public final class AOFT: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "aoft",
    summary: "Approximately orthogonal projections, each generated from one vector; merged exactly",
    source:
      "AOFT, arXiv 2507.13260 (from secondary summaries); initialisation and guard are our choice")

  /// Linear maps, and blocks with `placement: adapter`.
  public static var supportedSites: Set<AdaptationSite.Kind> {
    AdaptationSite.Kind.linear.union([.attention, .mlp])
  }

  /// Query and value, or after the MLP.
  public static func defaultSites(with options: AOFTOptions) -> [AdaptationSite.Kind] {
    options.placement == .lora ? [.query, .value] : [.mlp]
  }

  /// `q_down`, `q_up`, and `lambda`; or the initial vectors, which are not trained.
  public let parameters: [Parameter]
  /// Parallel to a map, or sequential after a block.
  public let placement: Placement
  private let site: AdaptationSite
  private let options: AOFTOptions

  /// Makes the adapter of a site.
  ///
  /// - Throws: `DiagnosticError` when the site does not fit the placement, or d exceeds its widths.
  public init(site: AdaptationSite, options: AOFTOptions, generator: RandomGenerator) throws {
    guard site.kind.isBlock == (options.placement == .adapter) else {
      throw DiagnosticError(
        "placement '\(options.placement.rawValue)' cannot be attached to '\(site.kind.rawValue)'",
        hints: [
          options.placement == .lora
            ? "expected a linear map, or placement: adapter" : "expected attention or mlp"
        ])
    }
    try site.check(rank: options.rank)
    var generator = generator
    func vector(_ count: Int) -> Tensor {
      ApproximatelyOrthogonal.start(options.start, count: count, using: &generator)
    }
    let (down, up) = (vector(site.inputWidth), vector(site.outputWidth))
    var parameters = [
      Parameter("q_down", down, decays: false), Parameter("q_up", up, decays: false),
    ]
    switch options.lambda {
    case .learned: parameters.append(Parameter("lambda", .zeros([options.rank]), decays: false))
    case .subtracted:
      parameters += [
        Parameter("start_down", down.copied(), isTrained: false),
        Parameter("start_up", up.copied(), isTrained: false),
      ]
    case .none: break
    }
    self.parameters = parameters
    self.site = site
    self.options = options
    placement = options.placement == .lora ? .parallel : .sequential
  }

  private func projection(_ index: Int) -> ApproximatelyOrthogonal {
    ApproximatelyOrthogonal(
      parameters[index].value, columns: options.rank, isUnit: options.norm == .unit)
  }

  /// S = dropout(x AO(q_down) ⊙ λ) and B = s AO(q_up)ᵀ; what is subtracted belongs to no subspace.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let directions = self.directions
    var coefficients = projection(0).down(x)
    if options.lambda == .learned { coefficients = coefficients * parameters[2].value }
    coefficients = pass.dropout(
      coefficients, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: coefficients, basis: basis, directions: directions, images: pass.images,
      remainder: options.lambda == .subtracted
        ? (
          pass.dropout(projection(2).down(x), probability: options.dropout, stream: site.name),
          startBasis
        ) : nil)
  }

  /// A and B, and those of the initial vectors below them where these are subtracted.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    guard options.lambda == .subtracted else { return (directions, basis) }
    return (
      .concatenated([directions, projection(2).transposed], axis: 0),
      .concatenated([basis, startBasis], axis: 0)
    )
  }

  /// AO(q_down)ᵀ with λ, [d, in].
  private var directions: Tensor {
    let rows = projection(0).transposed
    return options.lambda == .learned
      ? rows * parameters[2].value.reshaped([options.rank, 1]) : rows
  }

  /// AO(q_up)ᵀ with the scale, [d, out].
  private var basis: Tensor { scaled(projection(1).transposed, Float(options.scale)) }

  /// What is subtracted, [d, out].
  private var startBasis: Tensor { scaled(projection(3).transposed, -Float(options.scale)) }

  private func scaled(_ x: Tensor, _ factor: Float) -> Tensor {
    factor == 1 ? x : x.scaled(by: factor)
  }
}
