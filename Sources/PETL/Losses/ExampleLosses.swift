/// The parts of a mean loss, an image each: Σ values / Σ weights.
public struct ExampleLosses {
  /// The loss of each image times its weight, [images].
  public let values: Tensor
  /// The weight of each image in the mean.
  public let weights: [Float]

  /// Makes the parts of a mean.
  ///
  /// - Parameters:
  ///   - values: the loss of each image times its weight, [images].
  ///   - weights: as many, 0 or more; 1 for each image when nil.
  public init(values: Tensor, weights: [Float]? = nil) {
    let weights = weights ?? [Float](repeating: 1, count: values.count)
    require(
      values.shape == [weights.count], "\(weights.count) weights do not fit \(values.shape).")
    (self.values, self.weights) = (values, weights)
  }

  /// The sum of the weights.
  public var totalWeight: Double { weights.reduce(0) { $0 + Double($1) } }

  /// The sum of the values, in 64 bits.
  public var totalValue: Double { values.values.reduce(0) { $0 + Double($1) } }

  /// The mean, a differentiable scalar; 0 where no image has a weight.
  public var mean: Tensor {
    let total = totalWeight
    return values.sum().scaled(by: total > 0 ? Float(1 / total) : 0)
  }
}

/// How many training images each class has.
public struct ClassCounts: Sendable, Hashable {
  /// The images of each class, in the order of the classes.
  public let counts: [Int]
  /// How many classes there are.
  public var classes: Int { counts.count }

  /// Takes the counts, one for each class.
  public init(_ counts: [Int]) { self.counts = counts }

  /// Counts the labels of some images.
  ///
  /// - Parameters:
  ///   - labels: each below the number of classes.
  ///   - classes: how many there are.
  public init(labels: [Int], classes: Int) {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels where counts.indices.contains(label) { counts[label] += 1 }
    self.counts = counts
  }
}
