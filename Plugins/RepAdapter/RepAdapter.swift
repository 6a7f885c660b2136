import PETL

/// RepAdapter (Luo et al., arXiv 2302.08106): before a block's maps,
/// ΔH = s (dropout(x Dᵀ + d) U + u), from the normalised input x, linear.
///
/// D is [r, width], d is [r], u is [width]. U, [r, width], is block-diagonal with g groups: of each group
/// r/g coefficients reach width/g channels; only the blocks are stored, [r, width/g]. Initialisation, as
/// in the official code: D Xavier uniform, all others zero. Biases are free of weight decay: our choice.
///
/// As subspaces, S = dropout(x Dᵀ + d) and B = s U; s u belongs to none of them. `mergedDelta` and
/// `mergedBias` map x to what is added to it, so that a map W, b behind the site becomes W (I + ΔW),
/// b + W Δb: nothing is left of the adapter.
public final class RepAdapter: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "repadapter",
    summary: "A linear grouped bottleneck before attention and MLP, merged exactly",
    source: "Luo et al., RepAdapter, arXiv 2302.08106")

  /// Both blocks.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// Before the block's maps.
  public let placement = Placement.input

  private let maps: BottleneckMaps
  private let site: AdaptationSite
  private let options: RepAdapterOptions

  /// `down`, `up`, and with biases `down_bias` and `up_bias`.
  public let parameters: [Parameter]

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width, or the groups do not divide
  ///   both.
  public init(
    site: AdaptationSite, options: RepAdapterOptions, generator: RandomGenerator
  ) throws {
    let (rank, groups, width) = (options.rank, options.groups, site.inputWidth)
    try site.check(rank: rank)
    guard width % groups == 0, rank % groups == 0 else {
      throw DiagnosticError(
        "\(groups) groups do not divide rank \(rank) and the width \(width) of site '\(site.name)'",
        hints: ["use groups: 1 or another divisor of both"])
    }
    var generator = generator
    maps = BottleneckMaps(
      down: .xavierUniform([rank, width], using: &generator), up: .zeros([rank, width / groups]),
      hasBiases: options.biases, outputWidth: width, scale: .fixed(options.scale))
    parameters = maps.parameters
    self.site = site
    self.options = options
  }

  /// S = dropout(x Dᵀ + d), B = s U and the bias s u.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: pass.dropout(maps.hidden(x), probability: options.dropout, stream: site.name),
      basis: blockDiagonal(maps.basis), directions: maps.directions, images: pass.images,
      bias: maps.bias)
  }

  /// D and s U.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    (maps.down.value, blockDiagonal(maps.basis))
  }

  /// s (d U + u).
  public func mergedBias() -> Tensor? { maps.mergedBias(blockDiagonal) }

  /// Blocks, [r, width/g], with the zeros outside of them, [r, width].
  private func blockDiagonal(_ blocks: Tensor) -> Tensor {
    let groups = options.groups
    guard groups > 1 else { return blocks }
    let (rows, columns) = (blocks.shape[0] / groups, blocks.shape[1])
    let parts = (0..<groups).map { group -> Tensor in
      let block = blocks.sliced(axis: 0, group * rows..<(group + 1) * rows)
      let row = (0..<groups).map { $0 == group ? block : .zeros([rows, columns]) }
      return .concatenated(row, axis: 1)
    }
    return .concatenated(parts, axis: 0)
  }
}
