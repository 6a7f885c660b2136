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
