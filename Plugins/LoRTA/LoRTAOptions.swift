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
    scale = reader.number(
      "scale", default: 1, in: 0...1e6,
      help: "the factor of what is added (1: our choice); not together with alpha")
    alpha = reader.optionalNumber("alpha", in: 0...1e9, help: "the factor is alpha / rank")
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
    if alpha != nil, scale != 1 {
      reader.report(
        "'scale' and 'alpha' both give the factor", at: "alpha", hints: ["keep one of them"])
    }
  }

  /// The factor of ΔH.
  public var effectiveScale: Double { alpha.map { $0 / Double(rank) } ?? scale }
}
