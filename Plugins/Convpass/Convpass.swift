import PETL

/// Convpass (Jie and Deng, arXiv 2207.07039): beside a block, from its normalised input x,
/// ΔH = s (dropout(φ(K ∗ φ(x Dᵀ + d) + k)) U + u), with a convolution over the grid of patches.
///
/// D and U are [r, width] (U the transpose of PyTorch's), d is [r], u is [width]; φ is x σ(1.702 x). K,
/// [r, r, 3, 3], with k, [r], goes over the image's grid of tokens, zeros around it. The class token is an image
/// of one token by itself, and so is each register (our choice; the paper has none).
///
/// Initialisation, as in the official code: D Xavier uniform, K the identity or Xavier uniform, all others zero,
/// so that training starts at the pre-trained network. Biases are free of weight decay: our choice. The
/// network's drop-path leaves out block and adapter together, where the official code draws for each.
///
/// As subspaces, S = dropout(φ(K ∗ φ(x Dᵀ + d) + k)) and B = s U; s u belongs to none of them.
public final class Convpass: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "convpass",
    summary: "A bottleneck with a convolution over the grid of patches, beside attention and MLP",
    source: "Jie and Deng, Convpass, arXiv 2207.07039, and its code")

  /// Both blocks.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// From the normalised input of a block to its output.
  public let placement = Placement.normalized

  private let maps: BottleneckMaps
  private let kernel: Parameter
  private let bias: Parameter
  private let grid: TokenGrid
  private let site: AdaptationSite
  private let options: ConvpassOptions

  /// `down`, `up`, `down_bias`, `up_bias`, `conv` and `conv_bias`.
  public let parameters: [Parameter]

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width, or tokens have no place on an image.
  public init(
    site: AdaptationSite, options: ConvpassOptions, generator: RandomGenerator
  ) throws {
    let (rank, width) = (options.rank, site.inputWidth)
    try site.check(rank: rank)
    guard let grid = site.grid else {
      throw DiagnosticError(
        "site '\(site.name)' has no grid of tokens, so there is nothing to convolve",
        hints: ["convpass is for images; of two towers name one: towers: [image]"])
    }
    var generator = generator
    maps = BottleneckMaps(
      down: .xavierUniform([rank, width], using: &generator), up: .zeros([rank, width]),
      hasBiases: true, outputWidth: width, scale: .fixed(options.scale), activation: .quickGELU)
    kernel = Parameter("conv", Self.kernel(rank, options.start, &generator))
    bias = Parameter("conv_bias", .zeros([rank]), decays: false)
    parameters = maps.parameters + [kernel, bias]
    (self.site, self.options, self.grid) = (site, options, grid)
  }

  private static func kernel(
    _ rank: Int, _ start: ConvpassOptions.Start, _ generator: inout RandomGenerator
  ) -> Tensor {
    let shape = [rank, rank, 3, 3]
    switch start {
    case .identity:
      var values = [Float](repeating: 0, count: rank * rank * 9)
      for channel in 0..<rank { values[(channel * rank + channel) * 9 + 4] = 1 }
      return Tensor(values, shape: shape)
    case .xavier:
      // Nine places count for the inputs and for the outputs.
      let bound = (6 / Float(18 * rank)).squareRoot()
      return Tensor(generator.uniform(rank * rank * 9, in: -bound..<bound), shape: shape)
    }
  }

  /// S = dropout(φ(K ∗ φ(x Dᵀ + d) + k)), B = s U and the bias s u.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    let coefficients = maps.activation(convolved(maps.hidden(x), images: pass.images))
    return Subspaces(
      coefficients: pass.dropout(coefficients, probability: options.dropout, stream: site.name),
      basis: maps.basis, images: pass.images, bias: maps.bias)
  }

  /// K ∗ h + k for h of shape [tokens, r], image by image.
  private func convolved(_ h: Tensor, images: Int) -> Tensor {
    let (prefix, rank) = (grid.prefixTokens, options.rank)
    let tokens = h.shape[0] / max(1, images)
    require(
      tokens == grid.tokens,
      "\(tokens) tokens an image are not \(prefix) and a grid of \(grid.rows) × \(grid.columns).")
    func convolved(_ x: Tensor) -> Tensor {
      x.convolved2D(kernel.value, bias: bias.value, padding: 1)
    }
    let rows = h.reshaped([images, tokens, rank])
    let patches = convolved(
      rows.sliced(axis: 1, prefix..<tokens).reshaped([images, grid.rows, grid.columns, rank])
    ).reshaped([images, tokens - prefix, rank])
    if prefix == 0 { return patches.reshaped(h.shape) }
    let alone = convolved(
      rows.sliced(axis: 1, 0..<prefix).reshaped([images * prefix, 1, 1, rank])
    ).reshaped([images, prefix, rank])
    return Tensor.concatenated([alone, patches], axis: 1).reshaped(h.shape)
  }
}
