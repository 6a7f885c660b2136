import PETL

/// (IA)³ (Liu et al., arXiv 2205.05638) as PEFT has it: the outputs of a frozen map are scaled, y = l ⊙ (W x + b),
/// or the inputs of a feed-forward map, y = W (l ⊙ x) + b.
///
/// It does not decompose: channel by channel it would be a sum of rank-one maps, but they are the map's own,
/// and how much two of them repeat each other does not depend on the scales that are trained.
///
/// Initialisation (PEFT): l = 1, so that training starts at the pre-trained network. Keeps the frozen weight.
public final class IA3: OutputReading, FeatureScaling, WeightBinding {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "ia3", summary: "A scale for each output of a map, or for each input of fc2",
    source: "Liu et al., (IA)³, arXiv 2205.05638, as PEFT has it")

  /// Key, value and the second map of the MLP, as the paper has it.
  public static func defaultSites(with options: IA3Options) -> [AdaptationSite.Kind] {
    [.key, .value, .fc2]
  }

  private let scale: Parameter
  private let site: AdaptationSite
  /// Whether the inputs are scaled.
  let isFeedforward: Bool
  /// W, [out, in], and the bias, [out]; nil before they are handed over.
  private var map: (weight: Tensor, bias: Tensor)?

  /// `ia3_l`, [out], or [in] of a feed-forward map.
  public let parameters: [Parameter]

  /// Makes the adapter of a linear map.
  public init(site: AdaptationSite, options: IA3Options, generator: RandomGenerator) {
    isFeedforward =
      options.feedforward == .all || options.feedforward == .fc2 && site.kind == .fc2
    let width = isFeedforward ? site.inputWidth : site.outputWidth
    scale = Parameter("ia3_l", .ones([width]), decays: false)
    parameters = [scale]
    self.site = site
  }

  /// Takes over the frozen weight.
  public func bind(weight: Tensor, bias: Tensor) { map = (weight, bias) }

  private var weight: Tensor { map?.weight ?? .zeros([site.outputWidth, site.inputWidth]) }
  private var bias: Tensor { map?.bias ?? .zeros([site.outputWidth]) }

  /// ΔH with the map's output computed here where it is needed.
  public func delta(of x: Tensor, in pass: ForwardPass) -> Tensor {
    isFeedforward
      ? (x * change).matmul(weight, transposingOther: true)
      : x.linear(weight: weight, bias: bias) * change
  }

  /// (l − 1) ⊙ y, or W ((l − 1) ⊙ x).
  public func delta(of x: Tensor, output: Tensor, in pass: ForwardPass) -> Tensor {
    isFeedforward ? delta(of: x, in: pass) : output * change
  }

  /// l − 1 of outputs; nil of inputs.
  public func featureScaling() -> (scale: Tensor, shift: Tensor?)? {
    isFeedforward ? nil : (change, nil)
  }

  /// The rows of W, or its columns, times l − 1.
  public func weightChange() -> Tensor? {
    weight * (isFeedforward ? change : change.reshaped([change.count, 1]))
  }

  /// (l − 1) ⊙ b of a map whose outputs are scaled.
  public func mergedBias() -> Tensor? {
    isFeedforward ? nil : noGradient { bias * change }
  }

  private var change: Tensor { scale.value - 1 }
}
