import PETL

/// The options of `RandLoRA`, with the defaults of PEFT's `RandLoraConfig`.
public struct RandLoRAOptions: PluginOptions {
  /// The rank of each basis.
  public var rank = 32
  /// PEFT's alpha: the factor is alpha / rank.
  public var alpha = 640.0
  /// Whether bases are ternary, two thirds of them zero.
  public var sparse = false
  /// Whether bases are ternary, all but 1 / √(smaller width) of them zero.
  public var verySparse = false
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096,
      help: "the rank of each basis; a smaller one has more bases and trains more parameters")
    options.number(
      "alpha", &alpha, in: 0...1e9, help: "PEFT's randlora_alpha: the factor is alpha / rank")
    options.boolean("sparse", &sparse, help: "bases of -1, 0 and 1, a sixth of them each sign")
    options.boolean(
      "very_sparse", &verySparse, help: "bases of -1, 0 and 1 with the more zeros the wider a map")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }

  /// The s of which 1 / s of the bases' numbers are not zero; nil where all may be.
  ///
  /// `very_sparse` goes before `sparse`, as in PEFT.
  func sparsity(least width: Int) -> Double? {
    verySparse ? Double(width).squareRoot() : sparse ? 3 : nil
  }
}
