import PETL

/// The options of `RLRR`.
public struct RLRROptions: PluginOptions {
  /// How the scales start.
  public enum Start: String, CaseIterable, Sendable {
    /// With noise, as the official code: beside the pre-trained network.
    case official
    /// So that nothing is added.
    case zero
  }

  /// How the scales start.
  public var start = Start.official

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "start", &start,
      help: "official: scales with noise, beside the network; zero: at the network (our choice)")
  }
}
