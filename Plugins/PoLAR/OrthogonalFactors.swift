import PETL

/// ΔW = scale · X Θ Yᵀ at one site: what `PoLAR` and `StelLA` share.
///
/// `lora_A` is Yᵀ, [r, in]; `lora_S` is Θ, [r, r], or its diagonal [r]; `lora_B` is Xᵀ, [r, out], the
/// transpose of the official code's. The r subspaces are those of X's columns: their coefficients
/// are taken after Θ, S = x (Θ Yᵀ)ᵀ, and the basis is Xᵀ with the scale in it.
final class OrthogonalFactors {
  let parameters: [Parameter]
  private let site: AdaptationSite
  private let options: PoLAROptions

  init(site: AdaptationSite, options: PoLAROptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    // The shorter side of a Transformer's linear map is as wide as the network.
    let geometry = options.geometry(hidden: min(site.inputWidth, site.outputWidth))
    let decays = options.geometry == .free
    var (right, left) = (generator.split("lora_A"), generator.split("lora_B"))
    var parameters = [
      Parameter(
        "lora_A", right.orthonormal(options.rank, site.inputWidth), geometry: geometry,
        decays: decays)
    ]
    if let core = Self.core(options) { parameters.append(Parameter("lora_S", core)) }
    parameters.append(
      Parameter(
        "lora_B", left.orthonormal(options.rank, site.outputWidth), geometry: geometry,
        decays: decays))
    self.parameters = parameters
    self.site = site
    self.options = options
  }

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
    let right = parameters[0].value
    switch options.theta {
    case .full: return parameters[1].value.matmul(right)
    case .diagonal: return parameters[1].value.reshaped([options.rank, 1]) * right
    case .fixed: return right
    }
  }

  /// Xᵀ with the scale in it, [r, out].
  private var basis: Tensor {
    let left = parameters[parameters.count - 1].value
    let scale = Float(options.effectiveScale)
    return scale == 1 ? left : left.scaled(by: scale)
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
