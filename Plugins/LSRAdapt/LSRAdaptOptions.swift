import PETL

/// The options of `LSRAdapt`.
public struct LSRAdaptOptions: PluginOptions {
  /// The rank of ΔW.
  public var rank: Int
  /// How many Kronecker products each factor is the sum of.
  public var terms: Int
  /// The factor of ΔH: the paper's α.
  public var scale: Double
  /// The probability that an input is dropped while training.
  public var dropout: Double

  /// Makes options in code.
  public init(rank: Int = 4, terms: Int = 16, scale: Double = 1, dropout: Double = 0) {
    self.rank = rank
    self.terms = terms
    self.scale = scale
    self.dropout = dropout
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer("rank", default: 4, in: 1...4096, help: "the rank, 4 in the paper")
    terms = reader.integer(
      "terms", default: 16, in: 1...1024, help: "Kronecker products in each sum, 16 in the paper")
    scale = reader.number(
      "scale", default: 1, in: 0...1e6, help: "the paper's alpha (1: our choice)")
    dropout = reader.number(
      "dropout", default: 0, in: 0...0.99,
      help: "the probability of dropout of inputs while training")
  }
}
