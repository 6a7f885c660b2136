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
  public var rank = 50
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.1
  /// How c starts at the MLP.
  public var mlpStart = Start.xavier

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the width of the bottleneck; 50 in the paper")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    options.choice(
      "mlp_start", &mlpStart,
      help: "how the coefficients start at the MLP; both are in the official code")
  }
}
