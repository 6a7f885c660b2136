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
  public var rank = 8
  /// The factor of ΔH when there is no alpha.
  public var scale = 1.0
  /// PEFT's alpha: the factor is alpha / rank, or alpha / √rank with `rslora`.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora = false
  /// The probability that a value is dropped while training.
  public var dropout = 0.0
  /// Where dropout is applied.
  public var dropoutPosition = DropoutPosition.input
  /// The probability that an image goes without a rank-one map while training.
  public var rankDropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the number of rank-one maps")
    options.lowRankScale(scale: &scale, alpha: &alpha, rslora: &rslora)
    options.number(
      "dropout", &dropout, in: 0...0.99, help: "the probability of dropout while training")
    options.choice(
      "dropout_position", &dropoutPosition,
      help: "input (PEFT) or bottleneck, after the down-projection (PETL-ViT)")
    options.number(
      "rank_dropout", &rankDropout, in: 0...0.99,
      help:
        "the probability that an image goes without a rank-one map while training, as in kohya's "
        + "sd-scripts (not the rank_dropout of PEFT's LoHa, which drops rows of ΔW)")
  }

  /// The factor of ΔH.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha, rslora: rslora).factor(rank: rank)
  }
}
