import PETL

/// The options of `LoRTA`.
public struct LoRTAOptions: PluginOptions {
  /// The rank of the tensor.
  public var rank: Int
  /// The factor of ΔH when there is no alpha.
  public var scale: Double
  /// The factor is alpha / rank.
  public var alpha: Double?
  /// The probability that an input is dropped while training.
  public var dropout: Double

  /// Makes options in code.
  public init(rank: Int = 8, scale: Double = 1, alpha: Double? = nil, dropout: Double = 0) {
    self.rank = rank
    self.scale = scale
    self.alpha = alpha
    self.dropout = dropout
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer("rank", default: 8, in: 1...4096, help: "the rank of the tensor")
    let factor = LowRankScale(from: reader, hasRankStabilised: false)
    (scale, alpha) = (factor.scale, factor.alpha)
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }

  /// The factor of ΔH.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha).factor(rank: rank)
  }
}
