public import PETL

/// A Swin Transformer in timm's architecture: attention in shifted windows, four tokens merged into
/// one between stages, the mean of the normalised tokens as the feature.
public final class Swin: BlockwiseBackbone {
  /// Its sizes.
  public let configuration: SwinConfiguration
  /// All of its weights without a head, with timm's names.
  public let weights: [BackboneWeight]
  /// The weights that are trained, with timm's names; none of a frozen network.
  public let parameters: [(name: String, parameter: Parameter)]
  /// The head that came with the weights.
  public let pretrainedHead: (weight: Tensor, bias: Tensor)?
  /// What loading did to the weights.
  public let notes: [Note]

  private let patchEmbedding: LinearLayer
  private let embeddingNorm: NormLayer
  private let stages: [Stage]
  private let norm: NormLayer

  private struct Stage {
    /// What makes four tokens one before the stage; nil for the first.
    let merging: (norm: NormLayer, reduction: LinearLayer)?
    let grid: Int
    let blocks: [TransformerBlock]
  }

  init(
    _ configuration: SwinConfiguration, weights: WeightProvider, dropPath: Double,
    pretrainedHead: (weight: Tensor, bias: Tensor)? = nil, notes: [Note] = []
  ) {
    self.configuration = configuration
    self.pretrainedHead = pretrainedHead
    self.notes = notes
    let (patch, epsilon) = (configuration.patchSize, configuration.embeddingEpsilon)
    patchEmbedding = LinearLayer(
      "patch_embed.proj", weights, flattenedFrom: [configuration.width, 3, patch, patch])
    embeddingNorm = NormLayer("patch_embed.norm", weights, configuration.width, epsilon)
    var layer = 0
    var stages: [Stage] = []
    for index in configuration.stages.indices {
      let width = configuration.width(index)
      let name = "layers.\(index)"
      var merging: (norm: NormLayer, reduction: LinearLayer)?
      if index > 0 {
        merging = (
          NormLayer("\(name).downsample.norm", weights, 2 * width, epsilon),
          LinearLayer(
            "\(name).downsample.reduction", weights, from: 2 * width, to: width, hasBias: false)
        )
      }
      let blocks = (0..<configuration.stages[index].depth).map { number in
        defer { layer += 1 }
        return Self.block(
          "\(name).blocks.\(number)", layer: layer, isShifted: number % 2 == 1, stage: index,
          configuration, weights, dropPath)
      }
      stages.append(Stage(merging: merging, grid: configuration.grid(index), blocks: blocks))
    }
    self.stages = stages
    norm = NormLayer("norm", weights, configuration.featureWidth, configuration.epsilon)
    (self.weights, parameters) = (weights.all, weights.parameters)
  }

  private static func block(
    _ name: String, layer: Int, isShifted: Bool, stage: Int, _ configuration: SwinConfiguration,
    _ weights: WeightProvider, _ dropPath: Double
  ) -> TransformerBlock {
    let sizes = configuration.stages[stage]
    let (width, window) = (configuration.width(stage), configuration.window(stage))
    let span = 2 * window - 1
    let table = weights.weight(
      "\(name).attn.relative_position_bias_table", [span * span, sizes.heads])
    return TransformerBlock(
      name, layer: layer, isLast: layer == configuration.depth - 1,
      BlockSizes(width: width, mlpWidth: sizes.mlpWidth, epsilon: configuration.epsilon), weights,
      dropPath: DropPath(ofLayer: layer, depth: configuration.depth, last: dropPath),
      mixing: WindowAttention(
        table: table, width: width, heads: sizes.heads, grid: configuration.grid(stage),
        window: window, isShifted: isShifted))
  }

  /// The side of an image in pixels.
  public var imageSize: Int { configuration.imageSize }
  /// The length of a feature vector.
  public var width: Int { configuration.featureWidth }
  /// How many tokens an image becomes in the first stage.
  public var tokens: Int { configuration.grid(0) * configuration.grid(0) }
  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// The mean of the normalised tokens of the last stage, [images, width].
  public func features(_ images: Tensor, adapters: AdapterSet, pass: ForwardPass) -> Tensor {
    let side = imageSize
    require(
      images.rank == 4 && images.shape == [pass.images, side, side, 3],
      "Images of shape \(images.shape) do not fit [\(pass.images), \(side), \(side), 3].")
    return pooled(
      stream(
        from: embedded(images, adapters, pass), through: 0..<configuration.depth,
        adapters: adapters, pass: pass),
      adapters, pass)
  }

  /// The patches as tokens, [images, tokens, width].
  func embedded(_ images: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor {
    let embedded = adapters.adaptedOutput(
      .embedding, 0, patchEmbedding(images.patches(size: configuration.patchSize)), in: pass)
    return embeddingNorm(embedded)
  }

  /// The tokens after some blocks, merged where a stage ends.
  func stream(
    from x: consuming Tensor, through range: Range<Int>, adapters: AdapterSet, pass: ForwardPass
  ) -> Tensor {
    var layer = 0
    for (index, stage) in stages.enumerated() {
      for block in stage.blocks {
        if range.contains(layer) { x = block(x, adapters: adapters, pass: pass) }
        layer += 1
      }
      guard range.contains(layer - 1), index + 1 < stages.count,
        let (norm, reduction) = stages[index + 1].merging
      else { continue }
      x = reduction(norm(Self.merged(x, grid: stage.grid)))
    }
    return x
  }

  /// The mean of the normalised tokens, [images, width].
  func pooled(_ x: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor {
    adapters.adaptedOutput(.norm, configuration.depth - 1, norm(x), in: pass).mean(over: [1])
  }

  /// The first block that drop-path may leave out; nil where there is none.
  var firstRandomBlock: Int? { stages.flatMap(\.blocks).firstIndex(where: \.isRandom) }

  /// Each square of four tokens as one, its columns one after the other: [images, tokens / 4, 4 width].
  private static func merged(_ x: Tensor, grid: Int) -> Tensor {
    let (images, width, half) = (x.shape[0], x.shape[2], grid / 2)
    return x.reshaped([images, half, 2, half, 2, width]).transposed([0, 1, 3, 4, 2, 5])
      .reshaped([images, half * half, 4 * width])
  }

  /// The weight and bias of a site's map, query, key and value as their rows of the fused map.
  public func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)? {
    let blocks = stages.flatMap(\.blocks)
    return site.layer < blocks.count ? blocks[site.layer].map(at: site.kind) : nil
  }
}
