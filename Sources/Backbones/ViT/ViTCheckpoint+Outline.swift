extension ViTCheckpoint {
  /// The sizes in words.
  public var outline: NetworkOutline {
    let sizes = configuration
    return NetworkOutline(
      summary: "a Vision Transformer of \(sizes.depth) blocks, width \(sizes.width), "
        + "\(sizes.heads) heads, patches of \(sizes.patchSize) px",
      imageSize: sizes.imageSize, step: sizes.patchSize, width: sizes.width)
  }
}
