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

  /// How B is trained beside a frozen A (LoRA-FA, Zhang et al., arXiv 2308.03303).
  public enum FrozenA: String, CaseIterable, Sendable {
    /// As any parameter.
    case plain
    /// The gradient of B that comes nearest to that of the whole weight, as PEFT's `LoraFAOptimizer` has it.
    case projected
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
  /// Where A and B start; nil for A Kaiming uniform and B zero.
  public var start: LoRAStart?
  /// How B is trained beside a frozen A; nil where A is trained.
  public var frozenA: FrozenA?

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
    options.optionalChoice(
      "start", &start,
      help: "where A and B start, as PEFT's init_lora_weights; none: A Kaiming uniform, B zero; "
        + "what pissa, milora and olora take from the weight is taken off beside it")
    options.optionalChoice(
      "lora_fa", &frozenA,
      help: "LoRA-FA, A frozen: plain, or projected gradients of B (PEFT's LoraFAOptimizer)")
    reportContradictions(options)
  }

  private func reportContradictions(_ options: OptionReader) {
    if start == .orthogonal, !rank.isMultiple(of: 2) {
      options.report(
        "'start: orthogonal' needs an even rank, found \(rank)", at: "start",
        hints: ["use rank: \(rank + 1)"])
    }
    if effectiveScale == 0, start?.usesWeight == true || frozenA == .projected {
      let key = start?.usesWeight == true ? "start" : "lora_fa"
      options.report(
        "'\(key)' divides by the factor, which is 0", at: key, hints: ["give a scale or an alpha"])
    }
  }

  /// The factor of ΔH.
  public var effectiveScale: Double {
    LowRankScale(scale: scale, alpha: alpha, rslora: rslora).factor(rank: rank)
  }
}
