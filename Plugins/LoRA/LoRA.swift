import PETL

/// LoRA (Hu et al., arXiv 2106.09685): ΔH = scale · x Aᵀ B with A [r, in] and B [r, out].
///
/// Initialisation: A uniform in ±1/√in (Kaiming uniform with a = √5, as PEFT and PETL-ViT have it),
/// B zero, so that training starts at the pre-trained network. B is stored as [r, out], the
/// transpose of PEFT's `lora_B`.
public final class LoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora", summary: "A low-rank update of a linear map, merged exactly after training",
    source: "Hu et al., LoRA, arXiv 2106.09685")

  /// `lora_A` and `lora_B`.
  public let parameters: [Parameter]
  private let site: AdaptationSite
  let options: LoRAOptions

  private var down: Tensor { parameters[0].value }
  private var up: Tensor { parameters[1].value }

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    self.parameters = [
      Parameter("lora_A", .kaimingUniform([options.rank, site.inputWidth], using: &generator)),
      Parameter("lora_B", .zeros([options.rank, site.outputWidth])),
    ]
    self.site = site
    self.options = options
  }

  /// S = dropout(dropout(x) Aᵀ), with one of the two dropouts, then rank dropout, and B with the scale
  /// in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let atInput = options.dropoutPosition == .input
    var input = x
    if atInput { input = pass.dropout(x, probability: options.dropout, stream: site.name) }
    var coefficients = input.projected(onto: down)
    if !atInput {
      coefficients = pass.dropout(coefficients, probability: options.dropout, stream: site.name)
    }
    coefficients = pass.rankDropout(
      coefficients, probability: options.rankDropout, stream: site.name)
    return Subspaces(
      coefficients: coefficients, basis: scaledUp, directions: down, images: pass.images)
  }

  /// A and B with the scale in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down, scaledUp) }

  /// `lora_A` and `lora_B`; the scale is the constant.
  public var factorParameters: (directions: Parameter, basis: Parameter)? {
    (parameters[0], parameters[1])
  }

  private var scaledUp: Tensor {
    let scale = Float(options.effectiveScale)
    return scale == 1 ? up : up.scaled(by: scale)
  }
}
