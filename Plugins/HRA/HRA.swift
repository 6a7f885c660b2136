import PETL

/// HRA (Yuan et al., arXiv 2405.17484) as PEFT has it: the inputs of a frozen map are reflected r times,
/// y = W (H₁ … H_r x) with H = I − 2 u uᵀ / ‖u‖².
///
/// The decomposition is ours: each reflection adds a multiple of its u to x, so that with U the unit vectors,
/// [r, in], ΔH = C (U Wᵀ). C = x Dᵀ are those multiples, D = −2 (I + 2 M)⁻ᵀ U, and M is what stands below the diagonal
/// of U Uᵀ. With `apply_GS` U is orthonormal and D = −2 U. W + ΔW is never built.
///
/// Initialisation (PEFT): the vectors in equal pairs, uniform in ±1/√(r/2), whose reflections cancel, so that
/// training starts at the pre-trained network. An odd r has no pairs, as in PEFT; nor has `apply_GS`, which
/// PEFT would give pairs whose difference is rounding noise (our choice). Training then starts elsewhere.
public final class HRA: SubspaceDecomposable, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "hra", summary: "The inputs of a map reflected a few times; merged exactly",
    source: "Yuan et al., HRA, arXiv 2405.17484, as PEFT has it")

  private let vectors: Parameter
  let options: HRAOptions
  private let site: AdaptationSite
  /// W, [out, in]; nil before it is handed over.
  private var weight: Tensor?

  /// `hra_u`, [r, in], the transpose of PEFT's.
  public let parameters: [Parameter]
  /// Whether the reflections cancel at first.
  public var startsAtNetwork: Bool { options.isPaired }

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when there are more reflections than inputs.
  public init(site: AdaptationSite, options: HRAOptions, generator: RandomGenerator) throws {
    let (r, width) = (options.reflections, site.inputWidth)
    guard r <= width else {
      throw DiagnosticError(
        "'r' \(r) is larger than the \(width) inputs of site '\(site.name)'",
        hints: ["expected at most \(width)"])
    }
    var generator = generator
    let own = options.isPaired ? r / 2 : r
    let bound = 1 / Float(own).squareRoot()
    let drawn = Tensor(generator.uniform(own * width, in: -bound..<bound), shape: [own, width])
    vectors = Parameter("hra_u", options.isPaired ? drawn.gathered((0..<r).map { $0 / 2 }) : drawn)
    parameters = [vectors]
    (self.site, self.options) = (site, options)
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) { self.weight = weight }

  /// C and U Wᵀ.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    return Subspaces(
      coefficients: x.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// D and U Wᵀ.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    let u = vectors.value
    let unit = u / u.norm(2, over: [1], keepingAxes: true)
    let gram = unit.matmul(unit, transposingOther: true)
    if options.isOrthogonal {
      // The Gram–Schmidt vectors are L⁻¹ U with L Lᵀ = U Uᵀ.
      let orthonormal = gram.cholesky().inverse().matmul(unit)
      return (orthonormal.scaled(by: -2), reached(orthonormal))
    }
    let r = options.reflections
    let below = Tensor((0..<r * r).map { $0 / r > $0 % r ? 2 : 0 }, shape: [r, r])
    let chain = (gram * below + DoubleMatrix(identity: r).tensor).inverse()
    return (chain.matmul(unit, transposingSelf: true).scaled(by: -2), reached(unit))
  }

  /// What the map makes of vectors, [r, out]; nothing before it is there.
  private func reached(_ vectors: Tensor) -> Tensor {
    weight.map { vectors.matmul($0, transposingOther: true) }
      ?? .zeros([vectors.shape[0], site.outputWidth])
  }
}
