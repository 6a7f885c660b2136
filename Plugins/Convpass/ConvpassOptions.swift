import PETL

/// The options of `Convpass`.
public struct ConvpassOptions: PluginOptions {
  /// How the convolution's kernel starts.
  public enum Start: String, CaseIterable, Sendable {
    /// 1 from each channel to itself at the middle of the window: the convolution changes nothing.
    case identity
    /// Xavier uniform.
    case xavier
  }

  /// The width of the bottleneck.
  public var rank = 8
  /// The factor s of what is added.
  public var scale = 1.0
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.1
  /// How the convolution's kernel starts.
  public var start = Start.identity

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the width of the bottleneck; 8 in the paper")
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added; the paper chooses it for each data set")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    options.choice(
      "start", &start,
      help:
        "the convolution's kernel: identity, as the official code on ViT, or xavier, as on Swin")
  }
}
