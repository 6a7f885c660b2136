import PETL

/// The options of `DeLoRA`, with the defaults of PEFT's `DeloraConfig`.
public struct DeLoRAOptions: PluginOptions {
  /// The number of rank-one maps.
  public var rank = 8
  /// The initial bound λ of the change, PEFT's `delora_lambda`.
  public var lambda = 15.0
  /// The probability that an input is dropped while training: PEFT's `module_dropout`.
  public var dropout = 0.0

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer("rank", &rank, in: 1...4096, help: "the number of rank-one maps")
    options.number(
      "lambda", &lambda, in: 0...1e6,
      help: "the initial bound of the change, PEFT's delora_lambda; trained")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout of inputs while training, PEFT's module_dropout")
  }
}
