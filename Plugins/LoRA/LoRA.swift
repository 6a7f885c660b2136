import PETL

/// LoRA (Hu et al., arXiv 2106.09685): ΔH = scale · x Aᵀ B with A [r, in] and B [r, out].
///
/// Initialisation: A uniform in ±1/√in (Kaiming uniform with a = √5, as PEFT and PETL-ViT have it),
/// B zero, so that training starts at the pre-trained network. B is stored as [r, out], the
/// transpose of PEFT's `lora_B`. Other starts are an option (`LoRAStart`), and so is a frozen A (LoRA-FA,
/// Zhang et al., arXiv 2308.03303).
///
/// With a start that is taken off again, ΔH = scale · (x AᵀB − x A₀ᵀB₀): what is trained are the subspaces, and
/// the fixed part is compared with nothing. It sees the input without dropout, as the frozen weight that PEFT
/// takes it off.
public final class LoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora", summary: "A low-rank update of a linear map, merged exactly after training",
    source: "Hu et al., LoRA, arXiv 2106.09685")

  let down: Parameter
  let up: Parameter
  /// A₀ and B₀; nil where nothing is taken off.
  let fixed: (down: Parameter, up: Parameter)?
  private let site: AdaptationSite
  let options: LoRAOptions
  /// Whether the weight gave the start.
  var isBound = false

  /// `lora_A` and `lora_B`, and the constants `lora_A0` and `lora_B0` of a start that is taken off.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LoRAOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    let (rank, inputs, outputs) = (options.rank, site.inputWidth, site.outputWidth)
    let (a, b) =
      options.start?.factors(at: site, rank: rank, using: &generator)
      ?? (.kaimingUniform([rank, inputs], using: &generator), .zeros([rank, outputs]))
    down = Parameter("lora_A", a, isTrained: options.frozenA == nil)
    up = Parameter("lora_B", b)
    fixed =
      options.start?.usesWeight == true
      ? (
        Parameter("lora_A0", a, isTrained: false), Parameter("lora_B0", b, isTrained: false)
      ) : nil
    parameters = [down, up] + (fixed.map { [$0.down, $0.up] } ?? [])
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
      coefficients: coefficients, basis: scaled(up.value), directions: down.value,
      images: pass.images,
      remainder: fixed.map {
        (x.projected(onto: $0.down.value), scaled(-$0.up.value))
      })
  }

  /// A and B with the scale in it; with what is taken off, [A, A₀] and [B, −B₀].
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    guard let fixed else { return (down.value, scaled(up.value)) }
    return (
      .concatenated([down.value, fixed.down.value], axis: 0),
      scaled(.concatenated([up.value, -fixed.up.value], axis: 0))
    )
  }

  /// `lora_A` and `lora_B`; the scale is the constant.
  ///
  /// None with a frozen A.
  public var factorParameters: (directions: Parameter, basis: Parameter)? {
    options.frozenA == nil ? (down, up) : nil
  }

  /// Whether B is zero, as before any training.
  var isFresh: Bool { up.value.squaredNorm == 0 }

  /// Gives A, [r, in], another start.
  func begin(at directions: Tensor) { down.update(to: directions) }

  private func scaled(_ basis: Tensor) -> Tensor {
    let scale = Float(options.effectiveScale)
    return scale == 1 ? basis : basis.scaled(by: scale)
  }
}
