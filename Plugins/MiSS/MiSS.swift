import PETL

/// MiSS (Kang and Yin, arXiv 2409.15371, first called Bone; as PEFT has it): inputs are added up in r groups,
/// each input in that of its number modulo r, and ΔH = (Σ x) D with the one trained matrix D, [r, out].
///
/// So it is a LoRA whose A is fixed: Aᵢc = 1 where c ≡ i (mod r), else 0. ΔH is a sum of r rank-one maps, and
/// merges exactly. With `init_weights: mini` D is a smaller matrix, [r, mini_r], again and again. PEFT's `bat`,
/// which multiplies the frozen weight's blocks, is not here.
///
/// Initialisation (PEFT): D zero, so that training starts at the pre-trained network, the same for every
/// seed; `init_weights: false` has it Kaiming uniform with a = √5.
public final class MiSS: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "miss", summary: "One trained matrix on sums of inputs; merged exactly",
    source: "Kang and Yin, MiSS (Bone), arXiv 2409.15371, as PEFT has it")

  private let block: Parameter
  private let directions: Tensor
  private let site: AdaptationSite
  let options: MiSSOptions

  /// `miss_block`, [r, out] or [r, mini_r].
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the input, or `mini_r` does not divide the output.
  public init(site: AdaptationSite, options: MiSSOptions, generator: RandomGenerator) throws {
    let (rank, inputs) = (options.rank, site.inputWidth)
    guard rank <= inputs else {
      throw DiagnosticError(
        "rank \(rank) is larger than the \(inputs) inputs of site '\(site.name)'",
        hints: ["expected a rank of at most \(inputs)"])
    }
    let columns = options.columns(outputs: site.outputWidth)
    try MiSSOptions.check(columns: columns, outputs: site.outputWidth, at: site.name)
    let shape = [rank, columns]
    var generator = generator
    block = Parameter(
      "miss_block",
      options.initialWeights == .random
        ? .kaimingUniform(shape, using: &generator) : .zeros(shape))
    parameters = [block]
    directions = Self.sums(rank: rank, inputs: inputs)
    (self.site, self.options) = (site, options)
  }

  /// The matrix that adds up inputs, [r, in].
  static func sums(rank: Int, inputs: Int) -> Tensor {
    let ones: [Float] = (0..<rank).flatMap { row in
      (0..<inputs).map { $0 % rank == row ? 1 : 0 }
    }
    return Tensor(ones, shape: [rank, inputs])
  }

  /// Whether D is zero at the start.
  public var startsAtNetwork: Bool { options.initialWeights != .random }

  /// S, the sums of dropout(x), and D.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let input = pass.dropout(x, probability: options.dropout, stream: site.name)
    return Subspaces(
      coefficients: input.projected(onto: directions), basis: basis, directions: directions,
      images: pass.images)
  }

  /// The matrix that adds up inputs, and D.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (directions, basis) }

  private var basis: Tensor {
    let (rows, columns) = (block.value.shape[0], block.value.shape[1])
    if columns == site.outputWidth { return block.value }
    return block.value.reshaped([rows, 1, columns])
      .broadcast(to: [rows, site.outputWidth / columns, columns])
      .reshaped([rows, site.outputWidth])
  }
}
