extension MemoryNeed {
  /// The weights of a network in single precision.
  ///
  /// - Parameters:
  ///   - sizes: the network's.
  ///   - copies: 4 for those that are trained by moments: values, gradients and two moments.
  public init(weightsOf sizes: ViTConfiguration, copies: Double = 1) {
    let (width, hidden) = (Double(sizes.width), Double(sizes.mlpWidth))
    let patch = 3 * Double(sizes.patchSize) * Double(sizes.patchSize)
    let blocks = Double(sizes.depth) * width * (4 * width + 2 * hidden)
    self.init(bytes: 4 * copies * (blocks + width * (patch + Double(sizes.tokens))))
  }
}
