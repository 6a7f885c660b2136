import PETL

extension BackboneRecipe {
  /// Makes the section of the network in code.
  ///
  /// - Parameters:
  ///   - weights: `embedded:NAME` or a path.
  ///   - imageSize: the side of the images in pixels; nil for the size of the weights.
  ///   - heads: of attention; nil to take them from the file, or else width / 64.
  ///   - epsilon: of layer norms; nil to take it from the file, or else 1e-6.
  ///   - textHeads: of a CLIP's text tower; nil to take them from the folder, or else width / 64.
  ///   - tokenizer: the vocabulary of a CLIP's text tower; nil for the one beside the weights.
  ///   - activation: the function in the MLPs.
  ///   - positionResampling: to another image size; nil for as the library of the names does.
  ///   - dropPath: of the last block while training.
  ///   - precision: of the frozen weights.
  public init(
    weights: String, imageSize: Int? = nil, heads: Int? = nil, epsilon: Double? = nil,
    textHeads: Int? = nil, tokenizer: String? = nil, activation: MLPActivation = .auto,
    positionResampling: PositionResampling? = nil, dropPath: Double = 0,
    precision: FrozenPrecision = .single
  ) {
    type = .auto
    self.weights = weights
    self.imageSize = imageSize
    self.heads = heads
    self.epsilon = epsilon
    self.textHeads = textHeads
    self.tokenizer = tokenizer
    self.activation = activation
    self.positionResampling = positionResampling
    self.dropPath = dropPath
    self.precision = precision
  }

  /// As a recipe holds it.
  package var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("type", .init(plain: type.rawValue)), ("weights", .init(text: weights)),
      ("image_size", imageSize.map { .init(plain: "\($0)") }),
      ("heads", heads.map { .init(plain: "\($0)") }),
      ("text_heads", textHeads.map { .init(plain: "\($0)") }),
      ("tokenizer", tokenizer.map { .init(text: $0) }),
      ("epsilon", epsilon.map { .init(plain: "\($0)") }),
      ("activation", .init(plain: activation.rawValue)),
      ("position_resampling", positionResampling.map { .init(plain: $0.rawValue) }),
      ("drop_path", .init(plain: "\(dropPath)")), ("precision", .init(plain: precision.rawValue)),
    ])
  }
}

extension StageRecipe {
  /// As a recipe holds it.
  var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("name", .init(text: name)), ("epochs", .init(plain: "\(epochs)")),
      ("regularize", .init(plain: "\(regularizes)")),
      ("learning_rate", learningRate.map { .init(plain: "\($0)") }),
    ])
  }
}
