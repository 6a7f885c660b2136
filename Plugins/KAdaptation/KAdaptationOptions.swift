import PETL

/// The options of `KAdaptation`.
public struct KAdaptationOptions: PluginOptions {
  /// How many Kronecker products ΔW is the sum of: n.
  public var phmDimension = 32
  /// The factor s of ΔH.
  public var scale = 160.0
  /// The probability that an input is dropped while training.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "phm_dim", &phmDimension, in: 1...1024,
      help: "how many Kronecker products are added, a divisor of all widths; 32 in their code")
    options.number(
      "scale", &scale, in: 0...1e6, help: "the factor of what is added; 160 in the authors' code")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training (theirs is of ΔW, 0.5)")
  }
}
