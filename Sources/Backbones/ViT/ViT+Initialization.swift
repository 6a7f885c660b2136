import Foundation
import PETL

extension ViT {
  /// A network with random weights, all of them trained.
  ///
  /// Initialisation: matrices uniform in ±√(6 / (in + out)) (Xavier, as in the original JAX code),
  /// positions as `sineCosinePositions`, the class token normal with deviation 0.02, biases 0, norms
  /// 1 and 0. (timm's fixed deviation of 0.02 is made for widths near 768; at width 128 the network
  /// hardly starts, and positions that small are not seen.)
  ///
  /// - Parameters:
  ///   - configuration: the sizes, without problems.
  ///   - dropPath: the last block's drop-path while training.
  ///   - generator: of the initial values; each tensor has a stream of its own.
  public convenience init(
    untrained configuration: ViTConfiguration, dropPath: Double = 0, generator: RandomGenerator
  ) {
    let weights = WeightProvider(training: { _ in true }) { name, shape in
      if name.hasSuffix(".bias") { return .zeros(shape) }
      if name.contains("norm") { return .ones(shape) }
      var stream = generator.split(name)
      let count = shape.reduce(1, *)
      if name == "pos_embed" { return configuration.sineCosinePositions() }
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
  /// A network with random weights, frozen or with some of them trained, for measurements of speed.
  public convenience init(
    frozenRandom configuration: ViTConfiguration, precision: FrozenPrecision = .single,
    training: @escaping (BackboneWeight) -> Bool = { _ in false }, generator: RandomGenerator
  ) {
    let weights = WeightProvider(precision: precision, training: training) { name, shape in
      var stream = generator.split(name)
      let isGain = name.contains("norm") && name.hasSuffix(".weight")
      return isGain
        ? .ones(shape) : Tensor(stream.normal(shape.reduce(1, *), deviation: 0.02), shape: shape)
    }
    self.init(configuration, weights: weights, dropPath: 0)
    BufferPool.trim()
  }
}

extension ViTConfiguration {
  /// Positions to start from: sines and cosines of the column and the row at width / 4 frequencies
  /// from 1 down to 1/100, times one half; zero for the class token. (The layout is MAE's, arXiv
  /// 2111.06377; the frequencies, made for small grids, and the factor are our choice.)
  ///
  /// - Returns: [1, tokens, width].
  func sineCosinePositions() -> Tensor {
    let quarter = width / 4
    var values = [Float](repeating: 0, count: tokens * width)
    let prefix = hasClassToken ? 1 : 0
    for row in 0..<gridSize {
      for column in 0..<gridSize {
        let start = (prefix + row * gridSize + column) * width
        for index in 0..<quarter {
          let frequency = pow(0.01, Double(index) / Double(max(1, quarter - 1)))
          for (part, place) in [column, row].enumerated() {
            let angle = Double(place) * frequency
            values[start + 2 * part * quarter + index] = Float(sin(angle) / 2)
            values[start + (2 * part + 1) * quarter + index] = Float(cos(angle) / 2)
          }
        }
      }
    }
    return Tensor(values, shape: [1, tokens, width])
  }
}
