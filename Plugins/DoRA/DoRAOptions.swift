import PETL

/// The options of `DoRA`: LoRA's.
public struct DoRAOptions: PluginOptions {
  /// The rank of the change of direction.
  public var rank: Int
  /// The factor of B A when there is no alpha.
  public var scale: Double
  /// PEFT's alpha: the factor is alpha / rank, or alpha / √rank with `rslora`.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora: Bool
  /// The probability that an input is dropped while training.
  public var dropout: Double

  /// Makes options in code.
  public init(
    rank: Int = 8, scale: Double = 1, alpha: Double? = nil, rslora: Bool = false,
    dropout: Double = 0
  ) {
    self.rank = rank
    self.scale = scale
    self.alpha = alpha
    self.rslora = rslora
    self.dropout = dropout
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer("rank", default: 8, in: 1...4096, help: "the rank of the change")
    let factor = LowRankScale(from: reader, hasRankStabilised: true)
    (scale, alpha, rslora) = (factor.scale, factor.alpha, factor.rslora)
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99,
      help: "the probability of dropout of inputs while training; the frozen map's product is then "
        + "computed a second time")
  }

  /// The factor of B A.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha, rslora: rslora).factor(rank: rank)
  }
}
