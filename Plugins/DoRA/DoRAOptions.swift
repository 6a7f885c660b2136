import PETL

/// The options of `DoRA`: LoRA's.
public struct DoRAOptions: PluginOptions {
  /// The rank of the change of direction.
  public var rank = 8
  /// The factor of B A when there is no alpha.
  public var scale = 1.0
  /// PEFT's alpha: the factor is alpha / rank, or alpha / √rank with `rslora`.
  public var alpha: Double?
  /// Rank-stabilised scaling (Kalajdzievski, arXiv 2312.03732).
  public var rslora = false
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the rank of the change")
    options.lowRankScale(scale: &scale, alpha: &alpha, rslora: &rslora)
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training; the frozen map's product is then "
        + "computed a second time")
  }

  /// The factor of B A.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha, rslora: rslora).factor(rank: rank)
  }
}
