import PETL

/// The options of `VBLoRA`, by the names of PEFT's `VBLoRAConfig` and with its defaults.
public struct VBLoRAOptions: PluginOptions {
  /// The number of rank-one maps.
  public var rank = 4
  /// How many vectors the bank has.
  public var vectors = 256
  /// The length of a vector; nil for PEFT's 256 where that divides the widths of all sites, and else for the
  /// largest smaller number that does (our choice).
  public var length: Int?
  /// How many vectors a piece is made of.
  public var top = 2
  /// The bound of the bank's initial numbers.
  public var bankBound = 0.02
  /// The deviation of the initial logits.
  public var logitDeviation = 0.1
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the number of rank-one maps")
    options.integer("num_vectors", &vectors, in: 1...65_536, help: "the vectors of the bank")
    options.optionalInteger(
      "vector_length", &length, in: 1...65_536,
      help: "the length of a vector, a divisor of all widths; none: 256, or the next smaller one")
    options.integer(
      "topk", &top, in: 1...65_536,
      help: "how many vectors a piece of A or B is made of; 1 does not train the logits")
    options.number(
      "init_vector_bank_bound", &bankBound, in: 0...1e3,
      help: "the bound of the bank's initial numbers")
    options.number(
      "init_logits_std", &logitDeviation, in: 0...1e3,
      help: "the deviation of the initial logits")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
    if top > vectors {
      options.report(
        "'topk' \(top) is larger than 'num_vectors' \(vectors)", at: "topk",
        hints: ["a piece is made of vectors of the bank"])
    }
  }
}
