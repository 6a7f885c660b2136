import PETL

/// An adapter of the bottleneck family: where it is attached and with what options by default.
public protocol BottleneckVariant: Sendable {
  /// Its name, summary and source.
  static var descriptor: PluginDescriptor { get }
  /// The blocks that it is attached to when a recipe names none.
  static var sites: [AdaptationSite.Kind] { get }
  /// What its input is and what ΔH is added to.
  static var placement: Placement { get }
  /// Its options by default.
  static var defaults: BottleneckSettings { get }
}

/// After attention and after the MLP, with SiLU.
public enum HoulsbyVariant: BottleneckVariant {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "houlsby", summary: "A bottleneck after attention and one after the MLP",
    source: "Houlsby et al., arXiv 1902.00751; defaults of AdapterHub's adapters library")
  /// Both blocks.
  public static let sites: [AdaptationSite.Kind] = [.attention, .mlp]
  /// After the block, before it is added to the residual stream.
  public static let placement = Placement.sequential
  /// SiLU, a reduction by 16, normal weights of deviation 0.02.
  public static let defaults = BottleneckSettings(size: .reduction(16)) {
    $0.activation = .silu
  }
}

/// After the MLP, with ReLU.
///
/// Its input is the block's output, as in NOAH; Adapter+'s repository takes the residual stream there.
public enum PfeifferVariant: BottleneckVariant {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "pfeiffer", summary: "A bottleneck after the MLP",
    source: "Pfeiffer et al., arXiv 2005.00247; defaults of AdapterHub's adapters library")
  /// The MLP.
  public static let sites: [AdaptationSite.Kind] = [.mlp]
  /// After the block, before it is added to the residual stream.
  public static let placement = Placement.sequential
  /// ReLU, a reduction by 16, normal weights of deviation 0.02.
  public static let defaults = BottleneckSettings(size: .reduction(16))
}

/// On the residual stream after the MLP, with GELU, a factor for each channel and stochastic depth.
public enum AdapterPlusVariant: BottleneckVariant {
  /// Its name, summary and source.
  public static let descriptor = PluginDescriptor(
    name: "adapter-plus",
    summary: "A bottleneck on the stream after the MLP, with a trained factor for each channel",
    source: "Steitz and Roth, Adapters Strike Back, arXiv 2406.06820")
  /// The MLP.
  public static let sites: [AdaptationSite.Kind] = [.mlp]
  /// On the residual stream that the block was added to: the paper's Post-Adapter.
  public static let placement = Placement.stream
  /// GELU, rank 8, truncated normal weights of deviation 0.01, drop-path 0.1.
  public static let defaults = BottleneckSettings(size: .rank(8)) {
    ($0.activation, $0.scaling, $0.dropPath) = (.gelu, .channel, 0.1)
    ($0.initialization, $0.deviation) = (.truncated, 0.01)
  }
}
