import PETL

/// The options of `LoRAXS`.
public struct LoRAXSOptions: PluginOptions {
  /// The number of singular vectors.
  public var rank = 16
  /// The factor of ΔH when there is no alpha.
  public var scale = 1.0
  /// The factor is alpha / rank.
  public var alpha: Double?
  /// The deviation of the initial R: the paper's σ.
  public var deviation = 1e-5
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the number of singular vectors (16: our choice)")
    options.lowRankScale(scale: &scale, alpha: &alpha)
    options.number(
      "sigma", &deviation, in: 0...1e3,
      help: "the deviation of the initial matrix, 1e-5 in the paper")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }

  /// The factor of ΔH.
  var effectiveScale: Double { LowRankScale(scale: scale, alpha: alpha).factor(rank: rank) }
}
