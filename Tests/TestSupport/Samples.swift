import PETL

/// Reproducible normal numbers.
package func sample(_ count: Int, _ seed: UInt64 = 1, deviation: Float = 1) -> [Float] {
  var generator = RandomGenerator(seed: seed)
  return generator.normal(count, deviation: deviation)
}

/// A reproducible tensor of normal numbers.
package func sample(_ shape: [Int], _ seed: UInt64 = 1, deviation: Float = 1) -> Tensor {
  Tensor(sample(shape.reduce(1, *), seed, deviation: deviation), shape: shape)
}

/// A reproducible matrix of normal numbers.
package func sampleMatrix(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> DoubleMatrix {
  DoubleMatrix(sample(rows * columns, seed).map(Double.init), rows: rows, columns: columns)
}

extension ForwardPass {
  /// A pass with a seed.
  package convenience init(over images: Int, isTraining: Bool = false, seed: UInt64 = 0) {
    self.init(isTraining: isTraining, images: images, generator: RandomGenerator(seed: seed))
  }
}
