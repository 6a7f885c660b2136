import PETL

/// The options of `BiLoRA` and `BiAdaptFormer`.
public struct BinaryOptions: PluginOptions {
  /// The width of the bottleneck.
  public var rank = 32
  /// The factor s of ΔH.
  public var scale = 1.0
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.1

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096, help: "the width of the bottleneck; 32 and 1 in the paper")
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added; the paper chooses it for each data set")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training; 0.1 in the official code")
  }

  /// The weights as training starts with them, down [r, in] and up [r, out] (the transpose of PyTorch's).
  func start(
    inputs: Int, outputs: Int, _ generator: RandomGenerator
  ) -> (down: Tensor, up: Tensor) {
    var (first, second) = (generator.split("down"), generator.split("up"))
    return (
      .kaimingUniform([rank, inputs], using: &first),
      .normal([rank, outputs], deviation: 0.001, within: 2, using: &second)
    )
  }
}
