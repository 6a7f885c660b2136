import PETL

/// The options of `AdaptFormer`.
public struct AdaptFormerOptions: PluginOptions {
  /// The width of the bottleneck.
  public var rank: Int
  /// The factor s of what is added, or where it starts when it is trained.
  public var scale: Double
  /// Whether s is trained, as the official code's `learnable_scalar`.
  public var trainsScale: Bool
  /// The probability that a coefficient is dropped while training.
  public var dropout: Double
  /// Whether both maps have biases.
  public var biases: Bool
  /// The function between the maps.
  public var activation: Activation

  /// Makes options in code.
  public init(
    rank: Int = 64, scale: Double = 0.1, trainsScale: Bool = false, dropout: Double = 0.1,
    biases: Bool = true, activation: Activation = .relu
  ) {
    self.rank = rank
    self.scale = scale
    self.trainsScale = trainsScale
    self.dropout = dropout
    self.biases = biases
    self.activation = activation
  }

  /// Reads the options of a recipe.
  public init(from reader: OptionReader) {
    rank = reader.integer(
      "rank", default: 64, in: 1...4096,
      help: "the width of the bottleneck: 64 in the official code, 8 in tables on VTAB-1k")
    scale = reader.number(
      "scale", default: 0.1, in: 0...1e6,
      help: "the factor of what is added; where it starts when it is trained")
    trainsScale = reader.boolean(
      "train_scale", default: false,
      help: "train the factor (the official code's learnable_scalar, which starts at scale: 1)")
    dropout = reader.number(
      "dropout", default: 0.1, in: 0...0.99,
      help: "the probability of dropout in the bottleneck while training")
    biases = reader.boolean(
      "biases", default: true, help: "biases of both maps; PETL-ViT's version has none")
    activation = reader.choice(
      "activation", default: .relu, help: "the function between the maps; relu in the paper")
  }
}
