extension SwinCheckpoint {
  /// The sizes in words.
  public var outline: NetworkOutline {
    let sizes = configuration
    let depths = sizes.stages.map { "\($0.depth)" }.joined(separator: ", ")
    return NetworkOutline(
      summary: "a Swin Transformer of \(depths) blocks, width \(sizes.width), windows of "
        + "\(sizes.window), patches of \(sizes.patchSize) px",
      imageSize: sizes.imageSize, step: sizes.patchSize << (sizes.stages.count - 1),
      width: sizes.width)
  }
}
