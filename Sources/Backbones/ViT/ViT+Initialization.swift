import PETL

extension ViT {
  /// A network with random weights, all of them trained.
  ///
  /// Initialisation: matrices and tokens from a normal distribution of deviation 0.02 (positions and
  /// class token too), biases 0, norms 1 and 0; timm's scheme but for the truncation at two units,
  /// which no value here reaches in practice (our choice).
  ///
  /// - Parameters:
  ///   - configuration: the sizes, without problems.
  ///   - dropPath: the last block's drop-path while training.
  ///   - generator: of the initial values; each tensor has a stream of its own.
  public convenience init(
    untrained configuration: ViTConfiguration, dropPath: Double = 0, generator: RandomGenerator
  ) {
    let weights = WeightProvider(areTrained: true) { name, shape in
      if name.hasSuffix(".bias") { return .zeros(shape) }
      if name.contains("norm") { return .ones(shape) }
      var stream = generator.split(name)
      return Tensor(stream.normal(shape.reduce(1, *), deviation: 0.02), shape: shape)
    }
    self.init(configuration, weights: weights, dropPath: dropPath)
  }
}

extension ViT {
  /// A frozen network with random weights, for measurements of speed.
  public convenience init(frozenRandom configuration: ViTConfiguration, generator: RandomGenerator) {
    let weights = WeightProvider(areTrained: false) { name, shape in
      var stream = generator.split(name)
      let isGain = name.contains("norm") && name.hasSuffix(".weight")
      return isGain
        ? .ones(shape) : Tensor(stream.normal(shape.reduce(1, *), deviation: 0.02), shape: shape)
    }
    self.init(configuration, weights: weights, dropPath: 0)
  }
}
