extension Tensor {
  /// How alike rank-one maps are row by row: the mean over rows x and pairs i < j of
  /// exp(−rate ‖xᵢ bᵢ − xⱼ bⱼ‖²), from the Gram matrix M of the vectors bᵢ.
  ///
  /// ‖xᵢ bᵢ − xⱼ bⱼ‖² = xᵢ² Mᵢᵢ + xⱼ² Mⱼⱼ − 2 xᵢ xⱼ Mᵢⱼ, taken as 0 without a gradient where rounding
  /// makes it negative. One pass gives value and gradients. The formula is our reconstruction of a
  /// Euclidean redundancy, not taken from a paper.
  ///
  /// - Parameters:
  ///   - gram: M, [columns, columns], symmetric.
  ///   - rate: not negative.
  /// - Returns: a scalar, 0 for fewer than two columns. This tensor is X, [rows, columns].
  public func meanPairSimilarity(gram: Tensor, rate: Float) -> Tensor {
    require(
      rank == 2 && gram.shape == [shape[1], shape[1]],
      "A Gram matrix of shape \(gram.shape) does not fit columns of shape \(shape).")
    let columns = shape[1]
    let count = Float(max(1, shape[0] * columns * (columns - 1) / 2))
    let recorded = GradientMode.isRecording && (requiresGradient || gram.requiresGradient)
    let gradients =
      recorded ? (dx: Tensor(uninitialized: shape), dm: Tensor(uninitialized: gram.shape)) : nil
    let total = Kernels.pairSimilarities(self, gram, rate: rate, gradients: gradients)
    let mean = Tensor(Float(total / Double(count)))
    guard let gradients else { return mean }
    return .operation(mean, [node, gram.node]) { [node, gramNode = gram.node] dy, sink in
      let scale = dy.item / count
      sink.add(gradients.dx.scaled(by: scale), to: node)
      sink.add(gradients.dm.scaled(by: scale), to: gramNode)
    }
  }
}
