import PETL

/// LoHa (FedPara, Hyeon-Woo et al., arXiv 2108.06098, as LyCORIS and PEFT have it):
/// ΔW = c (W₁ₐ W₁ᵦ) ∘ (W₂ₐ W₂ᵦ) with c = alpha / r, an elementwise product of two matrices of rank r.
///
/// An elementwise product of two sums of rank-one maps is the sum of all r² products of one map of each,
/// which are of rank one again: ΔW = c Σᵢⱼ (w₁ₐᵢ ∘ w₂ₐⱼ)(w₁ᵦᵢ ∘ w₂ᵦⱼ)ᵀ. The r maps with one i, which share a
/// factor, form a subspace of dimension r. This decomposition is ours, and exact.
///
/// Initialisation (PEFT): `hada_w1_a`, `hada_w1_b` and `hada_w2_a` Kaiming uniform with a = √5, `hada_w2_b`
/// zero, so that training starts at the pre-trained network. `hada_w1_a` and `hada_w2_a` are the transposes of
/// PEFT's.
public final class LoHa: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "loha", summary: "An elementwise product of two low-rank matrices; merged exactly",
    source: "Hyeon-Woo et al., FedPara, arXiv 2108.06098; as LyCORIS and PEFT have it")

  private let outputs: (first: Parameter, second: Parameter)
  private let inputs: (first: Parameter, second: Parameter)
  private let site: AdaptationSite
  let options: LoHaOptions

  /// `hada_w1_a`, [r, out], `hada_w1_b`, [r, in], `hada_w2_a` and `hada_w2_b`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the map.
  public init(site: AdaptationSite, options: LoHaOptions, generator: RandomGenerator) throws {
    try site.check(rank: options.settings.rank)
    let rank = options.settings.rank
    var generator = generator
    func output(_ name: String) -> Parameter {
      // PyTorch's bound is that of [out, r].
      let value = Tensor.kaimingUniform([site.outputWidth, rank], using: &generator)
      return Parameter(name, value.transposed())
    }
    let first = output("hada_w1_a")
    let input = Tensor.kaimingUniform([rank, site.inputWidth], using: &generator)
    outputs = (first, output("hada_w2_a"))
    inputs = (
      Parameter("hada_w1_b", input), Parameter("hada_w2_b", .zeros([rank, site.inputWidth]))
    )
    parameters = [outputs.first, inputs.first, outputs.second, inputs.second]
    (self.site, self.options) = (site, options)
  }

  /// S = x Aᵀ and B, with PEFT's dropouts of outputs and of the whole map.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    return Subspaces(
      coefficients: x.projected(onto: directions),
      basis: options.settings.dropping(basis, rescales: true, stream: site.name, in: pass),
      directions: directions, images: pass.images, dimension: options.settings.rank)
  }

  /// The r² input directions w₁ᵦᵢ ∘ w₂ᵦⱼ, and w₁ₐᵢ ∘ w₂ₐⱼ with the factor in them.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    (
      Self.products(inputs.first.value, inputs.second.value),
      Self.products(outputs.first.value, outputs.second.value.scaled(by: options.settings.scale))
    )
  }

  /// All products of a row of one with a row of the other, [r², width].
  private static func products(_ first: Tensor, _ second: Tensor) -> Tensor {
    let (rank, width) = (first.shape[0], first.shape[1])
    return (first.reshaped([rank, 1, width]) * second.reshaped([1, rank, width]))
      .reshaped([rank * rank, width])
  }
}
