import PETL

/// GraLoRA (Jung et al., arXiv 2505.20355, as PEFT has it): the weight in k × k blocks, each with a LoRA of rank
/// r / k of its own, ΔW[j, n] = c Σₛ B[j, n r / k + s]ᵀ A[n, j r / k + s], and beside it a LoRA of rank
/// `hybrid_r` of the whole map; c = alpha / (r + hybrid_r).
///
/// ΔH is a sum of k r + hybrid_r rank-one maps, each from one block of inputs to one block of outputs, and those
/// of the whole map. It has as many parameters as a LoRA of rank r + hybrid_r.
///
/// Initialisation (PEFT): A Kaiming uniform with a = √5, by blocks, B zero, so that training starts at the
/// pre-trained network. `gralora_A` [k, in / k, r] and `gralora_B` [k, r, out / k] are PEFT's;
/// `gralora_B_general` is stored as [hybrid_r, out], the transpose of PEFT's.
public final class GraLoRA: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "gralora", summary: "A low-rank update of each block of a weight; merged exactly",
    source: "Jung et al., GraLoRA, arXiv 2505.20355, as PEFT has it")

  private let blocks: (down: Parameter, up: Parameter)
  private let whole: (down: Parameter, up: Parameter)?
  private let site: AdaptationSite
  let options: GraLoRAOptions

  /// `gralora_A`, `gralora_B`, and with `hybrid_r` `gralora_A_general` and `gralora_B_general`.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` with the nearest numbers when `gralora_k` does not divide both widths.
  public init(site: AdaptationSite, options: GraLoRAOptions, generator: RandomGenerator) throws {
    let (k, r) = (options.blocks, options.rank)
    try Self.check(k, inputs: site.inputWidth, outputs: site.outputWidth, at: site.name)
    let (inputs, outputs) = (site.inputWidth / k, site.outputWidth / k)
    var generator = generator
    let down = Tensor.kaimingUniform([k * r, inputs], using: &generator)
    blocks = (
      Parameter("gralora_A", down.reshaped([k, r, inputs]).transposed([0, 2, 1])),
      Parameter("gralora_B", .zeros([k, r, outputs]))
    )
    if options.hybridRank > 0 {
      let shape = [options.hybridRank, site.inputWidth]
      whole = (
        Parameter("gralora_A_general", .kaimingUniform(shape, using: &generator)),
        Parameter("gralora_B_general", .zeros([options.hybridRank, site.outputWidth]))
      )
    } else {
      whole = nil
    }
    parameters = [blocks.down, blocks.up] + (whole.map { [$0.down, $0.up] } ?? [])
    (self.site, self.options) = (site, options)
  }

  /// - Throws: `DiagnosticError` when the blocks do not divide both widths.
  static func check(_ k: Int, inputs: Int, outputs: Int, at place: String? = nil) throws {
    guard inputs.isMultiple(of: k), outputs.isMultiple(of: k) else {
      let site = place.map { " of site '\($0)'" } ?? ""
      throw DiagnosticError(
        "gralora_k \(k) does not divide \(inputs) inputs and \(outputs) outputs\(site)",
        hints: ["next common divisors: \(nearestDivisors(to: k, of: inputs, outputs))"])
    }
  }

  /// S = dropout(x) Aᵀ and B, the blocks' maps before those of the whole map.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let (directions, basis) = factors
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// A and B in full, with zeros outside of each map's blocks, and the factor in B.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { factors }

  private var factors: (directions: Tensor, basis: Tensor) {
    let (a, b) = Self.factors(
      blocks.down.value, blocks.up.value, whole.map { ($0.down.value, $0.up.value) })
    return (a, b.scaled(by: options.factor))
  }

  /// - Parameters:
  ///   - down: [k, in / k, r].
  ///   - up: [k, r, out / k].
  ///   - whole: [hybrid_r, in] and [hybrid_r, out]; nil without such maps.
  /// - Returns: [k r + hybrid_r, in] and [k r + hybrid_r, out], without the factor.
  static func factors(
    _ down: Tensor, _ up: Tensor, _ whole: (Tensor, Tensor)?
  ) -> (Tensor, Tensor) {
    let (k, r) = (down.shape[0], down.shape[2])
    let (inputs, outputs, part) = (down.shape[1], up.shape[2], r / k)
    let places = DoubleMatrix(identity: k).tensor
    // Map (n, q): column q of block n of A.
    let directions =
      (down.transposed([0, 2, 1]).reshaped([k, r, 1, inputs]) * places.reshaped([k, 1, k, 1]))
      .reshaped([k * r, k * inputs])
    // Map (n, j, s): row (n, s) of block j of B.
    let rows = up.reshaped([k, k, part, outputs]).transposed([1, 0, 2, 3])
    let basis =
      (rows.reshaped([k, k, part, 1, outputs]) * places.reshaped([1, k, 1, k, 1]))
      .reshaped([k * r, k * outputs])
    guard let whole else { return (directions, basis) }
    return (
      .concatenated([directions, whole.0], axis: 0), .concatenated([basis, whole.1], axis: 0)
    )
  }
}
