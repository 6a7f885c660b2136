import PETL

/// The options of `GraLoRA`, by the names of PEFT's `GraloraConfig` and with its defaults.
public struct GraLoRAOptions: PluginOptions {
  /// The rank of a row of blocks, shared out among its blocks.
  public var rank = 32
  /// How many blocks inputs, and outputs, are divided into.
  public var blocks = 2
  /// The rank of the LoRA of the whole map.
  public var hybridRank = 0
  /// PEFT's alpha: the factor is alpha / (rank + hybrid rank).
  public var alpha = 64.0
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the rank that the blocks of a row share out")
    options.integer(
      "gralora_k", &blocks, in: 1...4096,
      help: "blocks of inputs, and of outputs: a divisor of the rank and of both widths")
    options.integer(
      "hybrid_r", &hybridRank, in: 0...4096, help: "the rank of a LoRA of the whole map beside")
    options.number(
      "alpha", &alpha, in: 0...1e9, help: "PEFT's alpha: the factor is alpha / (rank + hybrid_r)")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
    if !rank.isMultiple(of: blocks) {
      options.report(
        "'gralora_k' \(blocks) does not divide 'rank' \(rank)", at: "gralora_k",
        hints: ["next divisors of the rank: \(nearestDivisors(to: blocks, of: rank))"])
    }
  }

  /// The factor of ΔW.
  var factor: Float { Float(alpha / Double(rank + hybridRank)) }
}
