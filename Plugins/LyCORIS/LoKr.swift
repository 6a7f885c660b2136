import PETL

/// LoKr (KronA, Edalati et al., arXiv 2212.10650, as LyCORIS and PEFT have it): ΔW = c W₁ ⊗ W₂ with
/// c = alpha / r, where W₂, and with `decompose_both` W₁, is a product of rank r if that is smaller.
///
/// A width is split into two numbers as near as may be; 768 into 24 · 32. PEFT's own condition says whether a
/// factor is a product: r is below half of the larger of its sides.
///
/// With W₂ = Σⱼ aⱼ bⱼᵀ, ΔW = c Σⱼ W₁ ⊗ (aⱼ bⱼᵀ): r subspaces, one for each term of W₂, whose dimension is the
/// number of terms of W₁, its rank or its smaller side. A matrix that is no product has its rows, or columns,
/// as terms: with both whole, that is every row of W₂. This decomposition is ours, and exact.
///
/// Initialisation (PEFT): `lokr_w1`, or `lokr_w1_a`, zero, the others Kaiming uniform with a = √5;
/// `init_weights: lycoris` has `lokr_w2`, or `lokr_w2_b`, zero instead.
public final class LoKr: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "lokr", summary: "A Kronecker product of two small matrices; merged exactly",
    source: "Edalati et al., KronA, arXiv 2212.10650; as LyCORIS and PEFT have it")

  private let form: KroneckerForm
  private let site: AdaptationSite
  let options: LoKrOptions

  /// `lokr_w1` or `lokr_w1_a` and `lokr_w1_b`, then those of the second factor, in PEFT's shapes.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  public init(site: AdaptationSite, options: LoKrOptions, generator: RandomGenerator) {
    form = Self.form(options, inputs: site.inputWidth, outputs: site.outputWidth)
    var generator = generator
    let zero: Set<String> =
      switch options.initialWeights {
      case .zeroFirst: ["lokr_w1", "lokr_w1_a"]
      case .lycoris: ["lokr_w2", "lokr_w2_b"]
      case .random: []
      }
    parameters = form.shapes.map { name, shape in
      Parameter(
        name,
        zero.contains(name) ? .zeros(shape) : .kaimingUniform(shape, using: &generator))
    }
    (self.site, self.options) = (site, options)
  }

  private static func form(_ options: LoKrOptions, inputs: Int, outputs: Int) -> KroneckerForm {
    KroneckerForm(
      inputs: inputs, outputs: outputs, rank: options.settings.rank, factor: options.factor,
      decomposesBoth: options.decomposesBoth)
  }

  /// Whether a factor is zero at the start.
  public var startsAtNetwork: Bool { options.initialWeights != .random }

  /// S = x Aᵀ and B, with PEFT's dropouts of outputs and of the whole map.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis, dimension) = factors
    return Subspaces(
      coefficients: x.projected(onto: directions),
      basis: options.settings.dropping(
        basis, rescales: options.rescalesRankDropout, stream: site.name, in: pass),
      directions: directions, images: pass.images, dimension: dimension)
  }

  /// The Kronecker products of the terms of both factors.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    let (directions, basis, _) = factors
    return (directions, basis)
  }

  private var factors: (directions: Tensor, basis: Tensor, dimension: Int) {
    let matrices = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
    guard let (directions, basis, dimension) = form.factors(matrices) else {
      stopProgram("LoKr has the matrices of its form.")
    }
    return (directions, basis.scaled(by: options.settings.scale), dimension)
  }
}
