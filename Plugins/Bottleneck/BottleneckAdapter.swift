import PETL

/// Houlsby's adapter: after attention and after the MLP.
public typealias Houlsby = BottleneckAdapter<HoulsbyVariant>
/// Pfeiffer's adapter: after the MLP.
public typealias Pfeiffer = BottleneckAdapter<PfeifferVariant>
/// Adapter+: on the stream after the MLP, scaled channel by channel.
public typealias AdapterPlus = BottleneckAdapter<AdapterPlusVariant>

/// The bottleneck after a block: ΔH = s ⊙ δ (dropout(φ(y Dᵀ + d)) U + u), added to y itself.
///
/// y is the block's output, or with Adapter+ the residual stream after the block. D and U are
/// [r, width] (U the transpose of PyTorch's), d is [r], u is [width]; s is a constant, a number or
/// one for each channel; δ is 0 or 1 / (1 − p) for each image while training with drop-path, else 1.
/// Source: Houlsby et al., arXiv 1902.00751; for s and δ Steitz and Roth, arXiv 2406.06820.
/// Initialisation: D and U as `init` says, biases zero, s as `scale` says; the papers'
/// is near the pre-trained network and not at it. Biases and a trained scale are free of weight decay: our
/// choice.
///
/// As subspaces, S = δ dropout(φ(y Dᵀ + d)) and B = s ⊙ U; δ (s ⊙ u) belongs to none of them.
public final class BottleneckAdapter<Variant: BottleneckVariant>: SubspaceDecomposable {
  /// Its name, summary and source.
  public static var descriptor: PluginDescriptor { Variant.descriptor }

  /// Both blocks.
  public static var supportedSites: Set<AdaptationSite.Kind> { [.attention, .mlp] }

  /// Those of the variant.
  public static func defaultSites(
    with options: BottleneckOptions<Variant>
  ) -> [AdaptationSite.Kind] {
    Variant.sites
  }

  /// After the block.
  public var placement: Placement { Variant.placement }

  /// `down`, `up`, and where there are such, `down_bias`, `up_bias` and `scale`.
  public let parameters: [Parameter]
  private let down: Tensor
  private let up: Tensor
  private let downBias: Tensor?
  private let upBias: Tensor?
  private let trainedScale: Tensor?
  private let site: AdaptationSite
  private let settings: BottleneckSettings

  /// Makes the adapter of a block.
  ///
  /// - Throws: `DiagnosticError` when the rank is larger than the width.
  public init(
    site: AdaptationSite, options: BottleneckOptions<Variant>, generator: RandomGenerator
  ) throws {
    let settings = options.settings
    let width = site.outputWidth
    let rank = settings.size.rank(ofWidth: width)
    try site.check(rank: rank)
    let start = settings.initialWeights(rank: rank, width: width, generator)
    var parameters = [Parameter("down", start.down), Parameter("up", start.up)]
    (down, up) = (parameters[0].value, parameters[1].value)
    if settings.biases {
      parameters.append(Parameter("down_bias", .zeros([rank]), decays: false))
      parameters.append(Parameter("up_bias", .zeros([width]), decays: false))
    }
    (downBias, upBias) =
      settings.biases ? (parameters[2].value, parameters[3].value) : (nil, nil)
    if settings.scaling != .fixed {
      let count = settings.scaling == .channel ? width : 1
      let scale = Tensor(repeating: Float(settings.scale), shape: [count])
      parameters.append(Parameter("scale", scale, decays: false))
    }
    trainedScale = settings.scaling == .fixed ? nil : parameters.last?.value
    self.parameters = parameters
    self.site = site
    self.settings = settings
  }

  /// S = δ dropout(φ(y Dᵀ + d)) and B = s ⊙ U; beside them δ (s ⊙ u).
  public func subspaces(of y: Tensor, in pass: ForwardPass) -> Subspaces {
    var hidden = y.projected(onto: down)
    if let downBias { hidden = hidden + downBias }
    let coefficients = pass.dropout(
      settings.activation(hidden), probability: settings.dropout, stream: site.name)
    let isLinear = settings.activation == .none
    return Subspaces(
      coefficients: kept(coefficients, pass), basis: scaled(up),
      directions: isLinear ? down : nil, images: pass.images,
      remainder: upBias.map {
        (kept(.ones([y.shape[0], 1]), pass), scaled($0).reshaped([1, $0.count]))
      })
  }

  /// D and s ⊙ U without an activation.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? {
    settings.activation == .none ? (down, scaled(up)) : nil
  }

  /// s ⊙ (d U + u) without an activation.
  public func mergedBias() -> Tensor? {
    guard settings.activation == .none, let downBias, let upBias else { return nil }
    return noGradient {
      scaled(downBias.reshaped([1, downBias.count]).matmul(up).reshaped([upBias.count]) + upBias)
    }
  }

  private func kept(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    pass.dropPath(x, probability: settings.dropPath, stream: site.name)
  }

  private func scaled(_ x: Tensor) -> Tensor {
    if let trainedScale { return x * trainedScale }
    return settings.scale == 1 ? x : x.scaled(by: Float(settings.scale))
  }
}

extension BottleneckSettings {
  /// D and U as training starts with them, each [r, width].
  fileprivate func initialWeights(
    rank: Int, width: Int, _ generator: RandomGenerator
  ) -> (down: Tensor, up: Tensor) {
    var (first, second) = (generator.split("down"), generator.split("up"))
    let shape = [rank, width]
    switch initialization {
    case .normal:
      let sigma = Float(deviation)
      return (
        .normal(shape, deviation: sigma, using: &first),
        .normal(shape, deviation: sigma, using: &second)
      )
    case .truncated:
      return (
        .normal(shape, deviation: Float(deviation), within: 2, using: &first),
        .normal(shape, deviation: Float(deviation), within: 2, using: &second)
      )
    case .xavier:
      return (.xavierUniform(shape, using: &first), .xavierUniform(shape, using: &second))
    case .lora: return (.kaimingUniform(shape, using: &first), .zeros(shape))
    }
  }
}
