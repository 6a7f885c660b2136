/// The part of a network that gives the same for an image in every pass: what comes before the first
/// adapter, as long as nothing random happens there.
public struct FrozenPrefix: Sendable, Hashable {
  /// How many blocks belong to it, after the patch embedding and the positions, which always do.
  public let blocks: Int
  /// Whether it is the whole network: it gives the features.
  public let isWhole: Bool
  /// The shape of what it gives for one image: [tokens, width], or [width] of the features.
  public let shape: [Int]

  /// The floats of one image.
  public var count: Int { shape.reduce(1, *) }

  /// Describes a prefix.
  public init(blocks: Int, isWhole: Bool, shape: [Int]) {
    (self.blocks, self.isWhole, self.shape) = (blocks, isWhole, shape)
  }
}
