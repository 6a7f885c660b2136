import PETL

/// The options of `RepAdapter`.
public struct RepAdapterOptions: PluginOptions {
  /// The width of the bottleneck.
  public var rank = 8
  /// How many blocks the up-projection has on its diagonal.
  public var groups = 2
  /// The factor s of what is added.
  public var scale = 1.0
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.1
  /// Whether both maps have biases.
  public var biases = true

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the width of the bottleneck; 8 in the paper")
    options.integer(
      "groups", &groups, in: 1...4096,
      help: "blocks on the up-projection's diagonal, a divisor of rank and width; 2 in the paper")
    options.number(
      "scale", &scale, in: 0...1e6, help: "the factor of what is added; the paper tunes it")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    options.boolean("biases", &biases, help: "biases of both maps")
    if rank % groups != 0 {
      options.report("'groups' does not divide 'rank'", at: "groups", hints: ["use 1 or 2, say"])
    }
  }
}
