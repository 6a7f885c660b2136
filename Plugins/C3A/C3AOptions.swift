import PETL

/// The options of `C3A`, by the names and with the defaults of PEFT's `C3AConfig`.
public struct C3AOptions: PluginOptions {
  /// How kernels start, by PEFT's values of `init_weights`.
  public enum Start: String, CaseIterable, Sendable {
    /// Uniform in ±√(6 / (in + out)).
    case xavier = "xavier_uniform"
    /// Uniform in ±1/√in.
    case kaiming = "kaiming_uniform"
    /// Standard normal.
    case gaussian
    /// 0.
    case zero = "true"
  }

  /// The length of a kernel.
  public var blockSize = 256
  /// How kernels start.
  public var start = Start.xavier

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "block_size", &blockSize, in: 1...1_000_000,
      help: "the length of a kernel, a divisor of inputs and outputs")
    options.choice(
      "init_weights", &start,
      help: "how kernels start: a distribution, or true for 0, at the pre-trained network")
  }
}
