import PETL

/// LoRA-XS (Bałazy et al., arXiv 2405.17604): ΔH = c x Aᵀ R B between frozen singular vectors of the weight itself;
/// only R, [r, r], is trained.
///
/// With rows as inputs the paper has h = x W + x A R B, A = Uᵣ Σᵣ and B = Vᵣᵀ of
/// W = U Σ Vᵀ: the singular values go with the inputs. The factor c is our choice, 1.
///
/// `lora_A` [r, in] is Σᵣ times the singular vectors of inputs, `lora_B` [r, out] those of outputs; both are
/// constants that are stored. ΔH = (x Aᵀ)(R B) is a sum of r rank-one maps with frozen directions, and leaves as
/// the LoRA that it is: PEFT has no form of it.
///
/// Initialisation (paper): R normal with a deviation of 10⁻⁵, which changes the network by as little.
public final class LoRAXS: SubspaceDecomposable, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lora-xs", summary: "A small square matrix between the weight's own singular vectors",
    source: "Bałazy et al., LoRA-XS, arXiv 2405.17604")

  private let down: Parameter
  private let middle: Parameter
  private let up: Parameter
  private let site: AdaptationSite
  private let options: LoRAXSOptions
  private var isBound = false

  /// `lora_R`, and the constants `lora_A` and `lora_B`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map; the singular vectors follow when the weight is bound.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LoRAXSOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.rank)
    var generator = generator
    let rank = options.rank
    middle = Parameter(
      "lora_R", .normal([rank, rank], deviation: Float(options.deviation), using: &generator))
    down = Parameter("lora_A", .zeros([rank, site.inputWidth]), isTrained: false)
    up = Parameter("lora_B", .zeros([rank, site.outputWidth]), isTrained: false)
    parameters = [middle, down, up]
    (self.site, self.options) = (site, options)
  }

  /// Takes the first singular vectors of the frozen weight, the first time.
  public func bind(weight: Tensor, bias: Tensor) {
    guard !isBound else { return }
    isBound = true
    let found = DoubleMatrix(weight).singularValues()
    let rank = options.rank
    let vectors = found.rightTransposed.transposed.columns(0..<rank)
    down.update(to: vectors.scalingColumns(by: Array(found.values[..<rank])).transposed.tensor)
    up.update(to: found.left.columns(0..<rank).transposed.tensor)
  }

  /// The start: the singular vectors are stored.
  public var weightUse: WeightUse { .start }

  /// S = dropout(x) Aᵀ, and R B with the factor in it.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: down.value), basis: basis, directions: down.value,
      images: pass.images)
  }

  /// A, and R B with the factor in it.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down.value, basis) }

  private var basis: Tensor {
    middle.value.matmul(up.value).scaled(by: Float(options.effectiveScale))
  }
}
