import PETL

/// The options of `ARC`.
public struct ARCOptions: PluginOptions {
  /// How the coefficients c start at the MLP; at attention they start at 0.
  public enum Start: String, CaseIterable, Sendable {
    /// Xavier uniform for a 1 × r matrix, as the official code has it.
    case xavier
    /// 0: ΔH is then 0 at the start.
    case zero
  }

  /// The width of the bottleneck.
  public var rank: Int
  /// The probability that a coefficient is dropped while training.
  public var dropout: Double
  /// How c starts at the MLP.
  public var mlpStart: Start

  /// Makes options in code.
  public init(rank: Int = 50, dropout: Double = 0.1, mlpStart: Start = .xavier) {
    self.rank = rank
    self.dropout = dropout
    self.mlpStart = mlpStart
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer(
      "rank", default: 50, in: 1...4096, help: "the width of the bottleneck; 50 in the paper")
    dropout = reader.number(
      "dropout", default: 0.1, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    mlpStart = reader.choice(
      "mlp_start", default: .xavier,
      help: "how the coefficients start at the MLP; both are in the official code")
  }
}
