import PETL

/// HTA, Householder transformation-based adaptation (arXiv 2410.22952): ΔH = x W with
/// W = (I − v vᵀ) diag(d) (I − w wᵀ) + W_down W_up.
///
/// The reflections are as printed (Eq. 3): no factor 2 and no unit norm. Products are O(N) a token: W is
/// never built. diag(d) has full rank, so this does not decompose into few subspaces.
///
/// Initialisation (not stated in the paper; ours): d zero and W_up zero, so that nothing is added at first; v
/// and w normal with variance 1 / N, W_down Kaiming uniform.
public final class Householder: Adapter {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "hta",
    summary: "Two Householder reflections around a diagonal, and a low-rank term; merged exactly",
    source:
      "HTA, arXiv 2410.22952, Eq. 3 to 7; sites and initialisation are our choice")

  /// Square linear maps, and blocks with `placement: adapter`.
  public static let supportedSites: Set<AdaptationSite.Kind> = [
    .query, .key, .value, .output, .attention, .mlp,
  ]

  /// Query, key, value and output: four square maps a layer fit the published counts.
  public static func defaultSites(with options: HouseholderOptions) -> [AdaptationSite.Kind] {
    options.placement == .lora ? [.query, .key, .value, .output] : [.attention, .mlp]
  }

  private let v: Parameter
  private let w: Parameter
  private let d: Parameter
  /// The low-rank term; nil for rank 0.
  private let lowRank: (down: Parameter, up: Parameter)?
  /// `v`, `w`, `d`, and `down` and `up` of the low-rank term.
  public let parameters: [Parameter]
  /// Parallel to a map, or sequential after a block.
  public let placement: Placement
  private let options: HouseholderOptions
  private let width: Int

  /// Makes the adapter of a site.
  ///
  /// - Throws: `DiagnosticError` when the site does not fit the placement or is not square.
  public init(site: AdaptationSite, options: HouseholderOptions, generator: RandomGenerator) throws
  {
    guard site.kind.isBlock == (options.placement == .adapter) else {
      throw DiagnosticError(
        "placement '\(options.placement.rawValue)' cannot be attached to '\(site.kind.rawValue)'",
        hints: [
          options.placement == .lora
            ? "expected query, key, value or output, or placement: adapter"
            : "expected attention or mlp"
        ])
    }
    guard site.inputWidth == site.outputWidth, options.rank <= site.inputWidth else {
      throw DiagnosticError(
        "site '\(site.name)' (\(site.inputWidth) → \(site.outputWidth)) does not fit hta with rank "
          + "\(options.rank)",
        hints: ["expected a square map and a rank of at most its width"])
    }
    let width = site.inputWidth
    var generator = generator
    func vector() -> Tensor {
      .normal([width], deviation: 1 / Float(width).squareRoot(), using: &generator)
    }
    v = Parameter("v", vector())
    w = Parameter("w", vector())
    d = Parameter("d", .zeros([width]))
    lowRank =
      options.rank > 0
      ? (
        Parameter("down", .kaimingUniform([options.rank, width], using: &generator)),
        Parameter("up", .zeros([options.rank, width]))
      ) : nil
    parameters = [v, w, d] + (lowRank.map { [$0.down, $0.up] } ?? [])
    self.options = options
    self.width = width
    placement = options.placement == .lora ? .parallel : .sequential
  }

  /// ΔH = x W.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor { product(x) }

  /// Wᵀ.
  public func weightChange() -> Tensor? {
    product(DoubleMatrix(identity: width).tensor).transposed()
  }

  /// With p = x v and t = x (d ⊙ w), x H(v) diag(d) H(w) = x ⊙ d − p (v ⊙ d) − (t − p (v · (d ⊙ w))) w: one
  /// thin product for p and t, one pass for the diagonal, one for the rest.
  private func product(_ x: Tensor) -> Tensor {
    let (v, w, d) = (reflection(v), reflection(w), d.value)
    let dw = d * w
    func row(_ x: Tensor) -> Tensor { x.reshaped([1, width]) }
    var directions = [row(v), row(dw)]
    var basis = [row(v * d), row(w)]
    if let lowRank {
      directions.append(lowRank.down.value)
      basis.append(lowRank.up.value)
    }
    let projected = x.projected(onto: .concatenated(directions, axis: 0))
    let p = projected.sliced(axis: 1, 0..<1)
    let t = projected.sliced(axis: 1, 1..<2)
    var coefficients = [-p, p * (v * dw).sum() - t]
    if lowRank != nil {
      coefficients.append(projected.sliced(axis: 1, 2..<2 + options.rank))
    }
    return (x * d).adding([
      ColumnUpdate(
        lowRank: .concatenated(coefficients, axis: 1), .concatenated(basis, axis: 0), column: 0)
    ])
  }

  /// v or w; √2 v / ‖v‖ where reflections are normalised.
  private func reflection(_ parameter: Parameter) -> Tensor {
    let vector = parameter.value
    guard options.reflection == .normalized else { return vector }
    return vector * (vector.squared().sum() * 0.5 + 1e-12).sqrt().reciprocal()
  }
}
