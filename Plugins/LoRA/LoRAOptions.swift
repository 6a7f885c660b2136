import PETL

/// The options of `LoRA`.
public struct LoRAOptions: PluginOptions {
  /// Where dropout is applied.
  public enum DropoutPosition: String, CaseIterable, Sendable {
    /// To the input, as in PEFT.
    case input
    /// To the coefficients, after the down-projection, as in PETL-ViT.
    case bottleneck
  }

  /// The number of rank-one maps.
  public var rank: Int
  /// The factor of ΔH when there is no alpha.
  public var scale: Double
  /// PEFT's alpha: the factor is alpha / rank, or alpha / √rank with `rslora`.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora: Bool
  /// The probability that a value is dropped while training.
  public var dropout: Double
  /// Where dropout is applied.
  public var dropoutPosition: DropoutPosition
  /// The probability that an image goes without a rank-one map while training.
  public var rankDropout: Double

  /// Makes options in code.
  public init(
    rank: Int = 8, scale: Double = 1, alpha: Double? = nil, rslora: Bool = false,
    dropout: Double = 0, dropoutPosition: DropoutPosition = .input, rankDropout: Double = 0
  ) {
    self.rank = rank
    self.scale = scale
    self.alpha = alpha
    self.rslora = rslora
    self.dropout = dropout
    self.dropoutPosition = dropoutPosition
    self.rankDropout = rankDropout
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer("rank", default: 8, in: 1...4096, help: "the number of rank-one maps")
    let factor = LowRankScale(from: reader, hasRankStabilised: true)
    (scale, alpha, rslora) = (factor.scale, factor.alpha, factor.rslora)
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99, help: "the probability of dropout while training")
    dropoutPosition = reader.choice(
      "dropout_position", default: .input,
      help: "input (PEFT) or bottleneck, after the down-projection (PETL-ViT)")
    rankDropout = reader.number(
      "rank_dropout", default: 0, in: 0...0.99,
      help:
        "the probability that an image goes without a rank-one map while training, as in kohya's "
        + "sd-scripts (not the rank_dropout of PEFT's LoHa, which drops rows of ΔW)")
  }

  /// The factor of ΔH.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha, rslora: rslora).factor(rank: rank)
  }
}
