import PETL

/// AdaptFormer (Chen et al., arXiv 2205.13535, equations 3 and 4): beside a block,
/// ΔH = s (dropout(φ(x Dᵀ + d)) U + u), from the residual stream x before the block's norm.
///
/// D is [r, width], U is [r, width] (the transpose of PyTorch's), d is [r], u is [width]; φ is ReLU.
/// Initialisation, as in the official code: D uniform in ±1/√width (Kaiming uniform with a = √5), all
/// others zero, so that training starts at the pre-trained network. Biases and a trained scale are free
/// of weight decay: our choice.
///
/// As subspaces, S = dropout(φ(x Dᵀ + d)) and B = s U; s u belongs to none of them. With `activation:
/// none`, ΔW = s Uᵀ D and Δb map the stream to what is added, as `Adapter` says. No map of the network
/// has that input, as the block's own maps see it normalised, so that nothing can hold the sum.
public final class AdaptFormer: SubspaceDecomposable {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "adaptformer", summary: "A bottleneck beside the MLP, on the stream before its norm",
    source: "Chen et al., AdaptFormer, arXiv 2205.13535")

  /// The MLP, as in the paper, and attention.
  public static let supportedSites: Set<AdaptationSite.Kind> = [.attention, .mlp]

  /// The MLP.
  public static func defaultSites(with options: AdaptFormerOptions) -> [AdaptationSite.Kind] {
    [.mlp]
  }

  private let maps: BottleneckMaps
  private let site: AdaptationSite
  private let dropout: Double

  /// `down`, `up`, and where there are such, `down_bias`, `up_bias` and `scale`.
  public let parameters: [Parameter]

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width.
  public init(
    site: AdaptationSite, options: AdaptFormerOptions, generator: RandomGenerator
  ) throws {
    try site.check(rank: options.rank)
    var generator = generator
    maps = BottleneckMaps(
      down: .kaimingUniform([options.rank, site.inputWidth], using: &generator),
      up: .zeros([options.rank, site.outputWidth]), hasBiases: options.biases,
      outputWidth: site.outputWidth,
      scale: options.trainsScale ? .learned(from: options.scale) : .fixed(options.scale),
      activation: options.activation)
    parameters = maps.parameters
    self.site = site
    dropout = options.dropout
  }

  /// S = dropout(φ(x Dᵀ + d)), B = s U and the bias s u.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    Subspaces(
      coefficients: pass.dropout(maps.hidden(x), probability: dropout, stream: site.name),
      basis: maps.basis, directions: maps.directions, images: pass.images, bias: maps.bias)
  }

  /// D and s U without an activation.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { maps.linearFactors }

  /// s (d U + u) without an activation.
  public func mergedBias() -> Tensor? { maps.mergedBias() }
}
