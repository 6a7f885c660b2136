import PETL

/// The options of `AdaptFormer`.
public struct AdaptFormerOptions: PluginOptions {
  /// The width of the bottleneck.
  public var rank = 64
  /// The factor s of what is added, or where it starts when it is trained.
  public var scale = 0.1
  /// Whether s is trained, as the official code's `learnable_scalar`.
  public var trainsScale = false
  /// The probability that a coefficient is dropped while training.
  public var dropout = 0.1
  /// Whether both maps have biases.
  public var biases = true
  /// The function between the maps.
  public var activation = Activation.relu

  /// The defaults.
  public init() {}

  /// Declares the options.
  public mutating func visit(_ options: OptionReader) {
    options.integer(
      "rank", &rank, in: 1...4096,
      help: "the width of the bottleneck: 64 in the official code, 8 in tables on VTAB-1k")
    options.number(
      "scale", &scale, in: 0...1e6,
      help: "the factor of what is added; where it starts when it is trained")
    options.boolean(
      "train_scale", &trainsScale,
      help: "train the factor (the official code's learnable_scalar, which starts at scale: 1)")
    options.number(
      "dropout", &dropout, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    options.boolean("biases", &biases, help: "biases of both maps; PETL-ViT's version has none")
    options.choice(
      "activation", &activation, help: "the function between the maps; relu in the paper")
  }
}
