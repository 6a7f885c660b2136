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

  /// `down`, `up`, and with biases `down_bias` and `up_bias`.
  public let parameters: [Parameter]
  private let down: Tensor
  private let up: Tensor
  private let downBias: Tensor?
  private let upBias: Tensor?
  private let site: AdaptationSite
  private let options: RepAdapterOptions

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
    var parameters = [
      Parameter("down", .xavierUniform([rank, width], using: &generator)),
      Parameter("up", .zeros([rank, width / groups])),
    ]
    (down, up) = (parameters[0].value, parameters[1].value)
    if options.biases {
      parameters.append(Parameter("down_bias", .zeros([rank]), decays: false))
      parameters.append(Parameter("up_bias", .zeros([width]), decays: false))
    }
    (downBias, upBias) =
      options.biases ? (parameters[2].value, parameters[3].value) : (nil, nil)
    self.parameters = parameters
    self.site = site
    self.options = options
  }

  /// S = dropout(x Dᵀ + d), B = s U and the bias s u.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    var hidden = x.projected(onto: down)
    if let downBias { hidden = hidden + downBias }
    return Subspaces(
      coefficients: pass.dropout(hidden, probability: options.dropout, stream: site.name),
      basis: basis, directions: down, images: pass.images, bias: upBias.map(scaled))
  }

  /// D and s U.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { (down, basis) }

  /// s (d U + u).
  public func mergedBias() -> Tensor? {
    guard let downBias, let upBias else { return nil }
    return noGradient {
      downBias.reshaped([1, downBias.count]).matmul(basis).reshaped([upBias.count])
        + scaled(upBias)
    }
  }

  /// s U with the zeros outside of its blocks, [r, width].
  private var basis: Tensor {
    let groups = options.groups
    guard groups > 1 else { return scaled(up) }
    let (rows, columns) = (up.shape[0] / groups, up.shape[1])
    let blocks = scaled(up)
    let parts = (0..<groups).map { group -> Tensor in
      let block = blocks.sliced(axis: 0, group * rows..<(group + 1) * rows)
      let row = (0..<groups).map { $0 == group ? block : .zeros([rows, columns]) }
      return .concatenated(row, axis: 1)
    }
    return .concatenated(parts, axis: 0)
  }

  private func scaled(_ x: Tensor) -> Tensor {
    options.scale == 1 ? x : x.scaled(by: Float(options.scale))
  }
}
