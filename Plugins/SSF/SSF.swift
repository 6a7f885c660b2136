import PETL

/// SSF (Lian et al., arXiv 2210.08823): scale and shift of every feature, y ← γ ⊙ y + β.
///
/// After the patch embedding, every norm and every linear map. Linear, so it merges exactly.
///
/// Initialisation (official code): γ normal around 1 and β normal around 0, both with deviation 0.02, so
/// that training starts beside the pre-trained network, not at it; `start: identity` starts at it.
public final class SSF: FeatureScaling {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "ssf",
    summary: "Scale and shift of the features after every map and norm; merged exactly",
    source: "Lian et al., SSF, arXiv 2210.08823, and its code")

  /// Whatever has an output.
  public static let supportedSites: Set<AdaptationSite.Kind> = [
    .embedding, .norm1, .query, .key, .value, .output, .norm2, .fc1, .fc2, .gate, .norm,
  ]

  /// All of them: 205,824 parameters on ViT-B/16.
  public static func defaultSites(with options: SSFOptions) -> [AdaptationSite.Kind] {
    AdaptationSite.Kind.usual.filter(supportedSites.contains)
  }

  private let scale: Parameter
  private let shift: Parameter
  /// `scale` and `shift`, each [out].
  public let parameters: [Parameter]
  /// From a site's output to the same.
  public let placement = Placement.sequential
  /// Whether scale and shift start without noise.
  public let startsAtNetwork: Bool
  private let width: Int

  /// Makes the adapter of a site.
  public init(site: AdaptationSite, options: SSFOptions, generator: RandomGenerator) {
    var generator = generator
    let deviation: Float = options.start == .official ? 0.02 : 0
    func noise() -> Tensor {
      .normal([site.outputWidth], deviation: deviation, using: &generator)
    }
    scale = Parameter("scale", noise() + 1, decays: false)
    shift = Parameter("shift", noise(), decays: false)
    parameters = [scale, shift]
    startsAtNetwork = options.start == .identity
    width = site.outputWidth
  }

  /// (γ − 1) ⊙ y + β.
  public func delta(of y: Tensor, in pass: ForwardPass) -> Tensor {
    y * (scale.value - 1) + shift.value
  }

  /// γ − 1 and β.
  public func featureScaling() -> (scale: Tensor, shift: Tensor?)? {
    (scale.value - 1, shift.value)
  }

  /// diag(γ − 1).
  public func weightChange() -> Tensor? {
    DoubleMatrix(identity: scale.value.count).tensor
      * (scale.value - 1).reshaped([1, scale.value.count])
  }

  /// β.
  public func mergedBias() -> Tensor? { shift.value.detached() }
}

/// The options of `SSF`.
public struct SSFOptions: PluginOptions {
  /// How scale and shift start.
  public enum Start: String, CaseIterable, Sendable {
    /// With noise of deviation 0.02, as the official code.
    case official
    /// Exactly 1 and 0.
    case identity
  }

  /// How scale and shift start.
  public var start = Start.official

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "start", &start,
      help: "official: noise of 0.02 on scale 1 and shift 0; identity: none (our choice)")
  }
}
