import PETL

/// A Vision Transformer in timm's architecture.
public final class ViT: Backbone {
  /// Its sizes.
  public let configuration: ViTConfiguration
  /// All weights with timm's names, when they are trained; empty when they are frozen.
  public let parameters: [(name: String, parameter: Parameter)]
  /// The head that came with the weights.
  public let pretrainedHead: (weight: Tensor, bias: Tensor)?
  /// What loading did to the weights.
  public let notes: [String]
  /// How much drop-path the last block has while training; it grows linearly from the first, 0.
  public let dropPath: Double

  private let patchEmbedding: LinearLayer
  private let classToken: Tensor?
  private let positions: Tensor
  let blocks: [ViTBlock]
  private let norm: NormLayer
  private let normalizesAfterPooling: Bool

  init(
    _ configuration: ViTConfiguration, weights: WeightProvider, dropPath: Double,
    normalizesAfterPooling: Bool = false, pretrainedHead: (weight: Tensor, bias: Tensor)? = nil,
    notes: [String] = []
  ) {
    let (width, depth) = (configuration.width, configuration.depth)
    self.configuration = configuration
    self.dropPath = dropPath
    self.normalizesAfterPooling = normalizesAfterPooling
    self.pretrainedHead = pretrainedHead
    self.notes = notes
    patchEmbedding = LinearLayer(
      "patch_embed.proj", weights, flattenedFrom: ViT.patchShape(configuration))
    classToken =
      configuration.hasClassToken ? weights.tensor("cls_token", [1, 1, width]) : nil
    positions = weights.tensor("pos_embed", [1, configuration.tokens, width])
    blocks = (0..<depth).map { layer in
      ViTBlock(
        layer, configuration, weights,
        dropPath: DropPath(ofLayer: layer, depth: depth, last: dropPath))
    }
    norm = NormLayer(
      normalizesAfterPooling ? "fc_norm" : "norm", weights, width, configuration.epsilon)
    parameters = weights.parameters
  }

  /// The side of an image in pixels.
  public var imageSize: Int { configuration.imageSize }
  /// The length of a feature vector.
  public var width: Int { configuration.width }
  /// How many tokens an image becomes.
  public var tokens: Int { configuration.tokens }
  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// The normalised class token, or the mean of the tokens, [images, width].
  public func features(_ images: Tensor, adapters: AdapterSet, pass: ForwardPass) -> Tensor {
    precondition(
      images.shape.first == pass.images,
      "Images of shape \(images.shape) do not fit a pass over \(pass.images).")
    return pooled(
      stream(
        from: embedded(images), through: 0..<blocks.count, adapters: adapters, pass: pass))
  }

  /// Whether the class token alone is the feature.
  private var poolsClassToken: Bool { configuration.hasClassToken && !normalizesAfterPooling }

  /// The residual stream after some blocks from the one before them, [images, tokens, width].
  func stream(
    from x: consuming Tensor, through range: Range<Int>, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor {
    for block in blocks[range] {
      x = block(x, adapters: adapters, pass: pass, onlyClassTokens: poolsClassToken)
    }
    return x
  }

  /// The features, [images, width], from the residual stream after the last block.
  func pooled(_ stream: Tensor) -> Tensor {
    if poolsClassToken {
      return norm(stream.firstTokens().reshaped([stream.shape[0], width]))
    }
    let x = normalizesAfterPooling ? stream : norm(stream)
    let patches = configuration.hasClassToken ? x.sliced(axis: 1, 1..<x.shape[1]) : x
    let mean = patches.mean(over: [1])
    return normalizesAfterPooling ? norm(mean) : mean
  }

  /// Patches as tokens, the class token first, with their positions: [images, tokens, width].
  func embedded(_ images: Tensor) -> Tensor {
    let side = configuration.imageSize
    precondition(
      images.rank == 4 && images.shape[1...] == [side, side, 3],
      "Images of shape \(images.shape) do not fit a ViT for [images, \(side), \(side), 3].")
    var x = patchEmbedding(images.patches(size: configuration.patchSize))
    if let classToken {
      let first = classToken.broadcast(to: [images.shape[0], 1, width])
      x = Tensor.concatenated([first, x], axis: 1)
    }
    return x + positions
  }

  static func patchShape(_ configuration: ViTConfiguration) -> [Int] {
    [configuration.width, 3, configuration.patchSize, configuration.patchSize]
  }
}
