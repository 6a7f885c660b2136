extension Tensor {
  /// Dropout: every element is 0 with the given probability and else divided by what is left.
  ///
  /// - Parameters:
  ///   - probability: 0 ..< 1; at 0 this is the identity and takes no random numbers.
  ///   - generator: gives the mask.
  /// - Returns: the same shape.
  public func dropout(_ probability: Float, using generator: inout RandomGenerator) -> Tensor {
    probability == 0 ? self : self * generator.dropoutMask(shape, probability: probability)
  }

  /// A branch that comes back to this residual stream: self + branch, with drop-path when factors
  /// are given.
  ///
  /// - Parameters:
  ///   - branch: of this shape; its memory is reused when nobody else holds it.
  ///   - factors: one for each image (slice of the first axis): 0 where the branch is dropped, else
  ///     1 / (1 − rate).
  /// - Returns: the stream with the branch in it, of the same shape.
  package func addingBranch(_ branch: consuming Tensor, factors: [Float]? = nil) -> Tensor {
    require(branch.shape == shape, "A branch of \(branch.shape) does not fit \(shape).")
    require(factors == nil || factors?.count == shape.first, "One factor for each image.")
    let (own, other) = (node, branch.node)
    var y = branch
    y.node = nil
    if !isKnownUniquelyReferenced(&y.storage) {
      let source = y
      y = Tensor(uninitialized: shape)
      Tensor.join(self, source, factors, into: y)
    } else {
      Tensor.join(self, y, factors, into: y)
    }
    return .operation(y, [own, other]) { dy, sink in
      if let factors, let other {
        let scaled = Tensor(uninitialized: dy.shape)
        Kernels.scaleBlocks(dy, factors: factors, into: scaled)
        sink.add(scaled, to: other)
      } else {
        sink.add(dy, to: other)
      }
      sink.add(dy, to: own)
    }
  }

  private static func join(_ x: Tensor, _ b: Tensor, _ factors: [Float]?, into y: Tensor) {
    if let factors {
      Kernels.addScaledBlocks(x, b, factors: factors, into: y)
    } else {
      Kernels.binary(.add, x, b, into: y)
    }
  }
}
