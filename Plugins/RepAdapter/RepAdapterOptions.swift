import PETL

/// The options of `RepAdapter`.
public struct RepAdapterOptions: PluginOptions {
  /// The width of the bottleneck.
  public var rank: Int
  /// How many blocks the up-projection has on its diagonal.
  public var groups: Int
  /// The factor s of what is added.
  public var scale: Double
  /// The probability that a coefficient is dropped while training.
  public var dropout: Double
  /// Whether both maps have biases.
  public var biases: Bool

  /// Makes options in code.
  public init(
    rank: Int = 8, groups: Int = 2, scale: Double = 1, dropout: Double = 0.1, biases: Bool = true
  ) {
    self.rank = rank
    self.groups = groups
    self.scale = scale
    self.dropout = dropout
    self.biases = biases
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer(
      "rank", default: 8, in: 1...4096, help: "the width of the bottleneck; 8 in the paper")
    groups = reader.integer(
      "groups", default: 2, in: 1...4096,
      help: "blocks on the up-projection's diagonal, a divisor of rank and width; 2 in the paper")
    scale = reader.number(
      "scale", default: 1, in: 0...1e6, help: "the factor of what is added; the paper tunes it")
    dropout = reader.number(
      "dropout", default: 0.1, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    biases = reader.boolean("biases", default: true, help: "biases of both maps")
    if rank % groups != 0 {
      reader.report("'groups' does not divide 'rank'", at: "groups", hints: ["use 1 or 2, say"])
    }
  }
}
