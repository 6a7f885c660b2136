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

  private let down: Parameter
  private let up: Parameter
  private let site: AdaptationSite
  let options: LoRAOptions

  /// `lora_A` and `lora_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    down = Parameter(
      "lora_A", .kaimingUniform([options.rank, site.inputWidth], using: &generator))
    up = Parameter("lora_B", .zeros([options.rank, site.outputWidth]))
    parameters = [down, up]
    self.site = site
    self.options = options
  }

  /// S = dropout(dropout(x) Aᵀ), with one of the two dropouts, then rank dropout, and B with the scale
  /// in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let atInput = options.dropoutPosition == .input
    var input = x
    if atInput { input = pass.dropout(x, probability: options.dropout, stream: site.name) }
    var coefficients = input.projected(onto: down.value)
    if !atInput {
      coefficients = pass.dropout(coefficients, probability: options.dropout, stream: site.name)
    }
    coefficients = pass.rankDropout(
      coefficients, probability: options.rankDropout, stream: site.name)
    return Subspaces(
      coefficients: coefficients, basis: scaledUp, directions: down.value, images: pass.images)
  }

  /// A and B with the scale in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down.value, scaledUp) }

  /// `lora_A` and `lora_B`; the scale is the constant.
  public var factorParameters: (directions: Parameter, basis: Parameter)? {
    (down, up)
  }

  private var scaledUp: Tensor {
    let scale = Float(options.effectiveScale)
    return scale == 1 ? up.value : up.value.scaled(by: scale)
  }
}
