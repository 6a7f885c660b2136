/// The sizes of a network that a reader wants to know.
public struct NetworkOutline: Sendable {
  /// The family and its sizes, a phrase.
  public let summary: String
  /// The side of the images that the weights were trained for, in pixels.
  public let imageSize: Int
  /// What divides the side of an image, in pixels: the patch, or what of it a last stage sees.
  public let step: Int
  /// The smallest length of a token.
  public let width: Int
}

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
