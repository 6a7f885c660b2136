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

  /// `down`, `up`, and where there are such, `down_bias`, `up_bias` and `scale`.
  public let parameters: [Parameter]
  private let down: Tensor
  private let up: Tensor
  private let downBias: Tensor?
  private let upBias: Tensor?
  private let trainedScale: Tensor?
  private let site: AdaptationSite
  private let options: AdaptFormerOptions

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width.
  public init(
    site: AdaptationSite, options: AdaptFormerOptions, generator: RandomGenerator
  ) throws {
    let width = site.inputWidth
    try site.check(rank: options.rank)
    var generator = generator
    var parameters = [
      Parameter("down", .kaimingUniform([options.rank, width], using: &generator)),
      Parameter("up", .zeros([options.rank, site.outputWidth])),
    ]
    (down, up) = (parameters[0].value, parameters[1].value)
    if options.biases {
      parameters.append(Parameter("down_bias", .zeros([options.rank]), decays: false))
      parameters.append(Parameter("up_bias", .zeros([site.outputWidth]), decays: false))
    }
    (downBias, upBias) =
      options.biases ? (parameters[2].value, parameters[3].value) : (nil, nil)
    if options.trainsScale {
      parameters.append(Parameter("scale", Tensor([Float(options.scale)]), decays: false))
    }
    trainedScale = options.trainsScale ? parameters.last?.value : nil
    self.parameters = parameters
    self.site = site
    self.options = options
  }

  /// S = dropout(φ(x Dᵀ + d)), B = s U and the bias s u.
  public func subspaces(of x: Tensor, in pass: ForwardPass) -> Subspaces {
    var hidden = x.projected(onto: down)
    if let downBias { hidden = hidden + downBias }
    return Subspaces(
      coefficients: pass.dropout(
        options.activation(hidden), probability: options.dropout, stream: site.name),
      basis: scaled(up), directions: options.activation == .none ? down : nil,
      images: pass.images, bias: upBias.map(scaled))
  }

  /// D and s U without an activation.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    options.activation == .none ? (down, scaled(up)) : nil
  }

  /// s (d U + u) without an activation.
  public func mergedBias() -> Tensor? {
    guard options.activation == .none, let downBias, let upBias else { return nil }
    return noGradient {
      scaled(downBias.reshaped([1, downBias.count]).matmul(up).reshaped([upBias.count]) + upBias)
    }
  }

  private func scaled(_ x: Tensor) -> Tensor {
    trainedScale.map { x * $0 } ?? x.scaled(by: Float(options.scale))
  }
}
