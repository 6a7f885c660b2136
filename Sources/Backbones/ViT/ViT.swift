import PETL

/// A Vision Transformer in timm's architecture.
public final class ViT: BlockwiseBackbone {
  /// Its sizes.
  public let configuration: ViTConfiguration
  /// All of its weights without a head, with timm's names.
  public let weights: [BackboneWeight]
  /// The weights that are trained, with timm's names; none of a frozen network.
  public let parameters: [(name: String, parameter: Parameter)]
  /// The head that came with the weights.
  public let pretrainedHead: (weight: Tensor, bias: Tensor)?
  /// What loading did to the weights.
  public let notes: [Note]
  /// How much drop-path the last block has while training; it grows linearly from the first, 0.
  public let dropPath: Double

  private let patchEmbedding: LinearLayer
  private let classToken: NetworkWeight?
  private let registers: NetworkWeight?
  private let positions: NetworkWeight
  private let firstNorm: NormLayer?
  let blocks: [TransformerBlock]
  private let norm: NormLayer
  private let normalizesAfterPooling: Bool

  init(
    _ configuration: ViTConfiguration, weights: WeightProvider, dropPath: Double,
    normalizesAfterPooling: Bool = false, pretrainedHead: (weight: Tensor, bias: Tensor)? = nil,
    notes: [Note] = []
  ) {
    let (width, depth) = (configuration.width, configuration.depth)
    self.configuration = configuration
    self.dropPath = dropPath
    self.normalizesAfterPooling = normalizesAfterPooling
    self.pretrainedHead = pretrainedHead
    self.notes = notes
    patchEmbedding = LinearLayer(
      "patch_embed.proj", weights, flattenedFrom: ViT.patchShape(configuration),
      hasBias: configuration.hasPatchBias)
    classToken =
      configuration.hasClassToken ? weights.weight("cls_token", [1, 1, width]) : nil
    registers =
      configuration.registers > 0
      ? weights.weight("reg_token", [1, configuration.registers, width]) : nil
    positions = weights.weight("pos_embed", [1, configuration.positions, width])
    firstNorm =
      configuration.normalizesFirst
      ? NormLayer("norm_pre", weights, width, configuration.epsilon) : nil
    blocks = (0..<depth).map { layer in
      TransformerBlock(
        "blocks.\(layer)", layer: layer, isLast: layer == depth - 1, configuration.blockSizes,
        weights, dropPath: DropPath(ofLayer: layer, depth: depth, last: dropPath),
        mixing: FullAttention(heads: configuration.heads))
    }
    norm = NormLayer(
      normalizesAfterPooling ? "fc_norm" : "norm", weights, width, configuration.epsilon)
    (self.weights, parameters) = (weights.all, weights.parameters)
  }

  /// The side of an image in pixels.
  public var imageSize: Int { configuration.imageSize }
  /// The length of a feature vector.
  public var width: Int { configuration.width }
  /// How many tokens an image becomes.
  public var tokens: Int { configuration.tokens }
  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// The class token, or the mean of the patches or of all tokens, normalised before or after that:
  /// [images, width].
  public func features(_ images: Tensor, adapters: AdapterSet, pass: ForwardPass) -> Tensor {
    require(
      images.shape.first == pass.images,
      "Images of shape \(images.shape) do not fit a pass over \(pass.images).")
    return pooled(
      stream(
        from: embedded(images, adapters, pass), through: 0..<blocks.count, adapters: adapters,
        pass: pass), adapters, pass)
  }

  private var poolsClassToken: Bool { configuration.poolsClassToken }

  /// The residual stream after some blocks from the one before them, [images, tokens, width].
  func stream(
    from x: consuming Tensor, through range: Range<Int>, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor {
    var prompts = 0
    for layer in range {
      if let fresh = adapters.prompts(layer, in: pass) {
        x = withPrompts(fresh, in: x, replacing: prompts)
        prompts = fresh.shape[0]
      }
      x = blocks[layer](x, adapters: adapters, pass: pass, onlyClassTokens: poolsClassToken)
    }
    return prompts > 0 && !poolsClassToken ? withPrompts(nil, in: x, replacing: prompts) : x
  }

  /// A sequence [images, tokens, width] with prompts [prompts, width] after its class token, in the
  /// place of those that are there.
  private func withPrompts(_ prompts: Tensor?, in x: Tensor, replacing count: Int) -> Tensor {
    let first = configuration.hasClassToken ? 1 : 0
    let images = x.shape[0]
    var parts = [x.sliced(axis: 1, first + count..<x.shape[1])]
    if let prompts {
      parts.insert(prompts.broadcast(to: [images, prompts.shape[0], width]), at: 0)
    }
    if first > 0 { parts.insert(x.sliced(axis: 1, 0..<first), at: 0) }
    return Tensor.concatenated(parts, axis: 1)
  }

  /// The features, [images, width], from the residual stream after the last block.
  func pooled(_ stream: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor {
    func norm(_ x: Tensor) -> Tensor {
      adapters.adaptedOutput(.norm, blocks.count - 1, self.norm(x), in: pass)
    }
    if poolsClassToken {
      return norm(stream.firstTokens().reshaped([stream.shape[0], width]))
    }
    let x = normalizesAfterPooling ? stream : norm(stream)
    let first = configuration.averagesPrefix ? 0 : configuration.prefixTokens
    let patches = first > 0 ? x.sliced(axis: 1, first..<x.shape[1]) : x
    let mean = patches.mean(over: [1])
    return normalizesAfterPooling ? norm(mean) : mean
  }

  /// Patches as tokens after class token and registers, with their positions: [images, tokens,
  /// width].
  func embedded(_ images: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor {
    let side = configuration.imageSize
    require(
      images.rank == 4 && images.shape[1...] == [side, side, 3],
      "Images of shape \(images.shape) do not fit a ViT for [images, \(side), \(side), 3].")
    var x = adapters.adaptedOutput(
      .embedding, 0, patchEmbedding(images.patches(size: configuration.patchSize)), in: pass)
    let prefix = [classToken, registers].compactMap { $0?.value }.map {
      $0.broadcast(to: [images.shape[0], $0.shape[1], width])
    }
    if !prefix.isEmpty { x = Tensor.concatenated(prefix + [x], axis: 1) }
    x = x + allPositions
    return firstNorm?(x) ?? x
  }

  /// A position for every token, [1, tokens, width]: zero of a token without one of its own.
  private var allPositions: Tensor {
    let (positions, without) = (positions.value, configuration.unpositioned)
    if without == 0 { return positions }
    let first = configuration.prefixTokens - without
    return Tensor.concatenated(
      [
        positions.sliced(axis: 1, 0..<first), .zeros([1, without, width]),
        positions.sliced(axis: 1, first..<positions.shape[1]),
      ], axis: 1)
  }

  /// The weight and bias of a site's map, query, key and value as their rows of the fused map.
  public func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)? {
    site.layer < blocks.count ? blocks[site.layer].map(at: site.kind) : nil
  }

  static func patchShape(_ configuration: ViTConfiguration) -> [Int] {
    [configuration.width, 3, configuration.patchSize, configuration.patchSize]
  }
}
