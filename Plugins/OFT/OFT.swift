import PETL

/// OFT (Qiu et al., arXiv 2306.07280) as PEFT has it (version 2): the inputs of a frozen map are rotated in
/// blocks, y = W (R x) with R block-diagonal.
///
/// A row x becomes x R with R = (I − Q)(I + Q)⁻¹, or with powers of Q in its place, Q skew-symmetric by block:
/// ΔH = x (R − I) Wᵀ. Powers, the default, approach the transpose of the exact transform, so that weights
/// trained with one are not to be used with the other.
///
/// The decomposition is ours: ΔH is a sum over blocks, and block k adds x_k (R_k − I) W_kᵀ with W_k the columns of
/// W that it feeds. Each block is a subspace of as many dimensions as it has inputs.
///
/// Initialisation (PEFT): Q = 0, so that training starts at the pre-trained network. Keeps the frozen weight
/// and its transpose.
public final class OFT: SubspaceDecomposable, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "oft", summary: "The inputs of a map rotated in blocks; merged exactly",
    source: "Qiu et al., OFT, arXiv 2306.07280, as PEFT has it (version 2)")

  private let weight: Parameter
  private let site: AdaptationSite
  private let skew: SkewVectors
  private let blocks: Int
  let options: OFTOptions
  /// Wᵀ, [in, out]; nil before the weight is handed over.
  private var bound: Tensor?

  /// `oft_R`: what stands above the diagonal of each Q, [blocks, n (n − 1) / 2].
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` with the nearest divisors when the blocks do not divide the inputs.
  public init(site: AdaptationSite, options: OFTOptions, generator: RandomGenerator) throws {
    let (count, size) = try options.sizes.blocks(of: site.inputWidth, at: "site '\(site.name)'")
    guard size > 1 else {
      throw DiagnosticError(
        "blocks of one input at site '\(site.name)' cannot be rotated",
        hints: ["expected oft_block_size of at least 2"])
    }
    skew = SkewVectors(size: size)
    let start = Tensor.zeros([options.sharesBlocks ? 1 : count, skew.count])
    weight =
      options.isConstrained
      ? Parameter("oft_R", start, geometry: SmallRotations(epsilon: options.epsilon))
      : Parameter("oft_R", start)
    parameters = [weight]
    (self.site, self.options, blocks) = (site, options, count)
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) {
    bound = noGradient { weight.transposed() }
  }

  private var transposedWeight: Tensor { bound ?? .zeros([site.inputWidth, site.outputWidth]) }

  /// S = x (R − I), and Wᵀ.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let turns = turns
    return Subspaces(
      coefficients: product(x, turns), basis: transposedWeight, directions: directions(turns),
      images: pass.images, dimension: skew.size)
  }

  /// (R − I)ᵀ and Wᵀ.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    (directions(turns), transposedWeight)
  }

  /// R − I of each block, or of all at once where they share it: [blocks or 1, n, n].
  private var turns: Tensor {
    let q = skew.matrices(vectors)
    return options.usesNeumann
      ? Cayley.neumann(q, terms: options.neumannTerms) : Cayley.exact(q)
  }

  /// The weight; of COFT what is left of it on the constraint, with the gradient of the value itself, as PEFT.
  private var vectors: Tensor {
    guard options.isConstrained else { return weight.value }
    return .custom(from: [weight.value], result: weight.geometry.settled(weight.value)) { [$0] }
  }

  private func product(_ x: Tensor, _ turns: Tensor) -> Tensor {
    let rows = x.shape[0]
    if turns.shape[0] == 1 {
      return x.reshaped([rows * blocks, skew.size]).matmul(turns.reshaped([skew.size, skew.size]))
        .reshaped(x.shape)
    }
    return Tensor.contracted("tki,kij->tkj", x.reshaped([rows, blocks, skew.size]), turns)
      .reshaped(x.shape)
  }

  /// The block-diagonal (R − I)ᵀ, [in, in].
  private func directions(_ turns: Tensor) -> Tensor {
    let (n, width) = (skew.size, site.inputWidth)
    let diagonal = DoubleMatrix(identity: blocks).tensor.reshaped([blocks, 1, blocks, 1])
    return (turns.transposed().reshaped([turns.shape[0], n, 1, n]) * diagonal)
      .reshaped([width, width])
  }
}
