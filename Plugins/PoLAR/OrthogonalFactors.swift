import PETL

/// ΔW = scale · X Θ Yᵀ at one site: what `PoLAR` and `StelLA` share.
///
/// `lora_A` is Yᵀ, [r, in]; `lora_S` is Θ, [r, r], or its diagonal [r]; `lora_B` is Xᵀ, [r, out], the
/// transpose of the official code's. The r subspaces are those of X's columns: their coefficients
/// are taken after Θ, S = x (Θ Yᵀ)ᵀ, and the basis is Xᵀ with the scale in it.
final class OrthogonalFactors {
  /// Yᵀ.
  private let right: Parameter
  /// Θ; nil where it is fixed to the identity.
  private let core: Parameter?
  /// Xᵀ.
  private let left: Parameter
  private let site: AdaptationSite
  private let options: PoLAROptions

  init(site: AdaptationSite, options: PoLAROptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    // The shorter side of a Transformer's linear map is as wide as the network.
    let geometry = options.geometry(hidden: min(site.inputWidth, site.outputWidth))
    let decays = options.geometry == .free
    func factor(_ name: String, _ width: Int) -> Parameter {
      var stream = generator.split(name)
      return Parameter(
        name, stream.orthonormal(options.rank, width), geometry: geometry, decays: decays)
    }
    right = factor("lora_A", site.inputWidth)
    core = Self.core(options).map { Parameter("lora_S", $0) }
    left = factor("lora_B", site.outputWidth)
    self.site = site
    self.options = options
  }

  /// `lora_A`, `lora_S` unless it is fixed, and `lora_B`.
  var parameters: [Parameter] { [right, core, left].compactMap { $0 } }

  /// Whether their product is zero at first.
  var startAtZero: Bool { options.theta != .fixed && options.start == .zero }

  /// The initial Θ; nil where it is fixed to the identity.
  private static func core(_ options: PoLAROptions) -> Tensor? {
    let r = options.rank
    switch (options.theta, options.start) {
    case (.fixed, _): return nil
    case (.full, .zero): return .zeros([r, r])
    case (.full, .identity): return DoubleMatrix(identity: r).tensor
    case (.diagonal, .zero): return .zeros([r])
    case (.diagonal, .identity): return .ones([r])
    }
  }

  /// Θ Yᵀ, [r, in].
  private var directions: Tensor {
    guard let core = core?.value else { return right.value }
    return options.theta == .full
      ? core.matmul(right.value) : core.reshaped([options.rank, 1]) * right.value
  }

  /// Xᵀ with the scale in it, [r, out].
  private var basis: Tensor {
    let scale = Float(options.effectiveScale)
    return scale == 1 ? left.value : left.value.scaled(by: scale)
  }

  var linearFactors: (directions: Tensor, basis: Tensor) { (directions, basis) }

  func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    let directions = directions
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }
}
