import PETL

/// The options of `LoRTA`.
public struct LoRTAOptions: PluginOptions {
  /// The rank of the tensor.
  public var rank = 8
  /// The factor of ΔH when there is no alpha.
  public var scale = 1.0
  /// The factor is alpha / rank.
  public var alpha: Double?
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the rank of the tensor")
    options.lowRankScale(scale: &scale, alpha: &alpha)
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }

  /// The factor of ΔH.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha).factor(rank: rank)
  }
}
