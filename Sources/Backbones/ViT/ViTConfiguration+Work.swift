extension ViTConfiguration {
  /// The floating-point operations of the matrix products of one image's forward pass: patch
  /// embedding, the six maps of each block, and the two products of attention.
  ///
  /// A multiplication and an addition count as two. Each block counts with all tokens, also the last,
  /// of which only class tokens may go on. A training step over frozen weights takes twice as many.
  public var forwardOperations: Int {
    let embedding = gridSize * gridSize * patchSize * patchSize * 3 * width
    let maps = tokens * width * (4 * width + 2 * mlpWidth)
    let attention = 2 * tokens * tokens * width
    return 2 * (embedding + depth * (maps + attention))
  }
}
