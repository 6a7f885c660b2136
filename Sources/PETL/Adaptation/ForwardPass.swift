/// What the parts of a network need to know about the pass they take part in, and where adapters
/// leave their subspaces for the regularizers.
public final class ForwardPass {
  /// Whether dropout and drop-path are on.
  public let isTraining: Bool
  /// How many images the batch holds; a token matrix has images × tokens rows, image by image.
  public let images: Int
  /// The seeded stream of this pass.
  ///
  /// Split it by a name of your own; never take from it directly.
  public let generator: RandomGenerator
  /// Whether subspaces are kept for regularizers and redundancy figures.
  public let recordsSubspaces: Bool

  /// What the adapters left, in the order of the forward pass.
  public private(set) var subspaces: [(site: AdaptationSite, subspaces: Subspaces)] = []

  /// Makes a pass over a batch.
  public init(
    isTraining: Bool, images: Int, generator: RandomGenerator, recordsSubspaces: Bool = true
  ) {
    self.isTraining = isTraining
    self.images = images
    self.generator = generator
    self.recordsSubspaces = recordsSubspaces
  }

  /// Dropout while training, by a stream of the given name; the identity otherwise.
  ///
  /// - Parameters:
  ///   - x: any shape.
  ///   - probability: 0 ..< 1.
  ///   - stream: a name that is unique in the network, such as a site's with a suffix.
  /// - Returns: the same shape.
  public func dropout(_ x: Tensor, probability: Double, stream: String) -> Tensor {
    guard isTraining, probability > 0 else { return x }
    var generator = generator.split("dropout").split(stream)
    return x.dropout(Float(probability), using: &generator)
  }

  /// Keeps what an adapter's site left.
  public func record(_ subspaces: Subspaces, at site: AdaptationSite) {
    if recordsSubspaces { self.subspaces.append((site, subspaces)) }
  }
}
