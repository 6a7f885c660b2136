import PETL

/// The options of `FacTTT` and `FacTTK`.
public struct FacTOptions: PluginOptions {
  /// The rank r of the factors.
  public var rank = 16
  /// The factor s of ΔH.
  public var scale = 1.0
  /// The probability that a coefficient, behind Σ, is dropped while training.
  public var dropout = 0.1

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096,
      help: "the rank of the factors; up to 16 in the paper's FacT-TT, up to 32 in its FacT-TK")
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added; the paper chooses from 0.01 to 100 for each data set")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout between Σ and V while training; 0.1 in the official code")
  }
}
