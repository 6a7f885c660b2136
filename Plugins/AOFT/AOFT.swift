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

  /// Two vectors that generate projections.
  private struct Vectors {
    let down: Parameter
    let up: Parameter
  }

  private let vectors: Vectors
  /// λ, [d]; nil where it is not learned.
  private let lambda: Parameter?
  /// The initial vectors, which are not trained; nil where their product is not subtracted.
  private let start: Vectors?
  /// `q_down`, `q_up`, and `lambda`; or the initial vectors, which are not trained.
  public let parameters: [Parameter]
  /// Parallel to a map, or sequential after a block.
  public let placement: Placement
  /// Whether λ is trained, or what the initial vectors give is subtracted.
  public var startsAtNetwork: Bool { options.lambda != .none }
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
    vectors = Vectors(
      down: Parameter("q_down", down, decays: false), up: Parameter("q_up", up, decays: false))
    lambda =
      options.lambda == .learned
      ? Parameter("lambda", .zeros([options.rank]), decays: false) : nil
    start =
      options.lambda == .subtracted
      ? Vectors(
        down: Parameter("start_down", down, isTrained: false),
        up: Parameter("start_up", up, isTrained: false)) : nil
    parameters = [vectors.down, vectors.up, lambda, start?.down, start?.up].compactMap { $0 }
    self.site = site
    self.options = options
    placement = options.placement == .lora ? .parallel : .sequential
  }

  private func projection(_ vector: Parameter) -> ApproximatelyOrthogonal {
    ApproximatelyOrthogonal(
      vector.value, columns: options.rank, isUnit: options.norm == .unit)
  }

  /// S = dropout(x AO(q_down) ⊙ λ) and B = s AO(q_up)ᵀ; what is subtracted belongs to no subspace.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let directions = self.directions
    var coefficients = projection(vectors.down).down(x)
    if let lambda { coefficients = coefficients * lambda.value }
    coefficients = pass.dropout(
      coefficients, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: coefficients, basis: basis, directions: directions, images: pass.images,
      remainder: start.map { start in
        (
          pass.dropout(
            projection(start.down).down(x), probability: options.dropout, stream: site.name),
          basis(of: start)
        )
      })
  }

  /// A and B, and those of the initial vectors below them where these are subtracted.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    guard let start else { return (directions, basis) }
    return (
      .concatenated([directions, projection(start.down).transposed], axis: 0),
      .concatenated([basis, basis(of: start)], axis: 0)
    )
  }

  /// AO(q_down)ᵀ with λ, [d, in].
  private var directions: Tensor {
    let rows = projection(vectors.down).transposed
    return lambda.map { rows * $0.value.reshaped([options.rank, 1]) } ?? rows
  }

  /// AO(q_up)ᵀ with the scale, [d, out].
  private var basis: Tensor { scaled(projection(vectors.up).transposed, Float(options.scale)) }

  /// What is subtracted, [d, out].
  private func basis(of start: Vectors) -> Tensor {
    scaled(projection(start.up).transposed, -Float(options.scale))
  }

  private func scaled(_ x: Tensor, _ factor: Float) -> Tensor {
    factor == 1 ? x : x.scaled(by: factor)
  }
}
