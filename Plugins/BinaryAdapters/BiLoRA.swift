import PETL

/// Bi-LoRA (Jie et al., arXiv 2307.16867): LoRA whose two weights have one bit an element,
/// ΔH = s · dropout(x Aᵀ) B with A and B rounded to two numbers each.
///
/// A is [r, in], B is [r, out] (the transpose of PyTorch's); how they are rounded: mean ± 0.6745 deviation of
/// the weight. They are trained, and stored here, in full precision; the paper stores the bits.
///
/// Initialisation, as in the official code: A uniform in ±1/√in, B normal with deviation 0.001 within two
/// deviations, so that training starts near the pre-trained network.
///
/// It merges and leaves as the LoRA that the rounded weights are.
public final class BiLoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "bi-lora", summary: "A LoRA of one bit for each element of its weights; merged exactly",
    source: "Jie et al., Binary adapters, arXiv 2307.16867, and its code")

  /// No: rounded weights are not zero.
  public var startsAtNetwork: Bool { false }

  private let down: Binarized
  private let up: Binarized
  private let site: AdaptationSite
  private let options: BinaryOptions

  /// `lora_A` and `lora_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: BinaryOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    let start = options.start(
      inputs: site.inputWidth, outputs: site.outputWidth, generator)
    down = Binarized(parameter: Parameter("lora_A", start.down))
    up = Binarized(parameter: Parameter("lora_B", start.up))
    parameters = [down.parameter, up.parameter]
    (self.site, self.options) = (site, options)
  }

  /// S = dropout(x Aᵀ), and B with the scale in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let directions = down.value
    return Subspaces(
      coefficients: pass.dropout(
        x.projected(onto: directions), probability: options.dropout, stream: site.name),
      basis: basis, directions: directions, images: pass.images)
  }

  /// A and B, rounded, with the scale in B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down.value, basis) }

  private var basis: Tensor { up.value.scaled(by: Float(options.scale)) }
}
