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

  /// No: small random values add a little from the start.
  public var startsAtNetwork: Bool { false }

  private let maps: BottleneckMaps
  private let site: AdaptationSite
  private let settings: BottleneckSettings

  /// `down`, `up`, and where there are such, `down_bias`, `up_bias` and `scale`.
  public let parameters: [Parameter]

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
    maps = BottleneckMaps(
      down: start.down, up: start.up, hasBiases: settings.biases, outputWidth: width,
      scale: settings.factor, activation: settings.activation)
    parameters = maps.parameters
    self.site = site
    self.settings = settings
  }

  /// S = δ dropout(φ(y Dᵀ + d)) and B = s ⊙ U; beside them δ (s ⊙ u).
  public func subspaces(of y: Tensor, in pass: ForwardPass) -> Subspaces {
    let coefficients = pass.dropout(
      maps.hidden(y), probability: settings.dropout, stream: site.name)
    return Subspaces(
      coefficients: kept(coefficients, pass), basis: maps.basis, directions: maps.directions,
      images: pass.images,
      remainder: maps.bias.map {
        (kept(.ones([y.shape[0], 1]), pass), $0.reshaped([1, $0.count]))
      })
  }

  /// D and s ⊙ U without an activation.
  public func linearFactors() -> (directions: Tensor, basis: Tensor)? { maps.linearFactors }

  /// s ⊙ (d U + u) without an activation.
  public func mergedBias() -> Tensor? { maps.mergedBias() }

  private func kept(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    pass.dropPath(x, probability: settings.dropPath, stream: site.name)
  }
}

extension BottleneckSettings {
  /// s.
  fileprivate var factor: BottleneckMaps.Scale {
    switch scaling {
    case .fixed: .fixed(scale)
    case .learned: .learned(from: scale)
    case .channel: .channel(from: scale)
    }
  }

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
