import PETL

extension ViT {
  /// A network with random weights, all of them trained.
  ///
  /// Initialisation, as in the original JAX code: matrices uniform in ±√(6 / (in + out)) (Xavier),
  /// class token and positions from a normal distribution of deviation 0.02, biases 0, norms 1 and
  /// 0. (timm's fixed deviation of 0.02 is made for widths near 768; at width 128 it hardly starts.)
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
      let count = shape.reduce(1, *)
      guard name.hasSuffix(".weight") else {
        return Tensor(stream.normal(count, deviation: 0.02), shape: shape)
      }
      let bound = (6 / Float(shape[0] + count / shape[0])).squareRoot()
      return Tensor(stream.uniform(count, in: -bound..<bound), shape: shape)
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
