import PETL

/// The options of `LSRAdapt`.
public struct LSRAdaptOptions: PluginOptions {
  /// The rank of ΔW.
  public var rank = 4
  /// How many Kronecker products each factor is the sum of.
  public var terms = 16
  /// The factor of ΔH: the paper's α.
  public var scale = 1.0
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the rank, 4 in the paper")
    options.integer(
      "terms", &terms, in: 1...1024, help: "Kronecker products in each sum, 16 in the paper")
    options.number("scale", &scale, in: 0...1e6, help: "the paper's alpha (1: our choice)")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }
}
