import PETL

/// CLIP's text tower without its projection.
///
/// Tokens after the end of the longest text of a batch are left out: with a causal mask no token before
/// them sees them, so that features are the same with any padding.
public final class TextTower: AdaptableNetwork {
  /// Its sizes.
  public let configuration: TextConfiguration
  /// All of its weights without a head, with timm's names.
  public let weights: [BackboneWeight]
  /// The weights that are trained; none of a frozen tower.
  public let parameters: [(name: String, parameter: Parameter)]

  private let tokenEmbedding: NetworkWeight
  private let positions: NetworkWeight
  private let blocks: [TransformerBlock]
  private let norm: NormLayer

  init(_ configuration: TextConfiguration, weights: WeightProvider) {
    self.configuration = configuration
    let width = configuration.width
    tokenEmbedding = weights.weight("token_embedding.weight", [configuration.vocabulary, width])
    positions = weights.weight("pos_embed", [configuration.context, width])
    // All blocks ask the same masks, so they share them.
    let mixing = CausalAttention(heads: configuration.heads)
    blocks = (0..<configuration.depth).map { layer in
      TransformerBlock(
        "blocks.\(layer)", layer: layer, isLast: layer == configuration.depth - 1,
        configuration.blockSizes, weights,
        dropPath: DropPath(ofLayer: layer, depth: configuration.depth, last: 0), mixing: mixing)
    }
    norm = NormLayer("norm", weights, width, configuration.epsilon)
    (self.weights, parameters) = (weights.all, weights.parameters)
  }

  /// The length of a feature vector.
  public var width: Int { configuration.width }

  /// Every place that an adapter can be attached to.
  public var sites: [AdaptationSite] { configuration.sites }

  /// The features of texts: the normalised token at the end of each, which is the first like its last, as
  /// transformers and open_clip look for it where a caption itself names that token.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each text, from its start to its end, at most as many as the context;
  ///     none is empty.
  ///   - adapters: what is attached to the sites.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: [texts, width].
  public func features(_ texts: [[Int]], adapters: AdapterSet, pass: ForwardPass) -> Tensor {
    let length = texts.map(\.count).max() ?? 0
    require(
      texts.count == pass.images && texts.allSatisfy { !$0.isEmpty }
        && length <= configuration.context,
      "\(texts.count) texts of at most \(length) tokens do not fit a pass over \(pass.images).")
    let width = configuration.width
    // What stands after the end of a text is not seen; 0 is as good as any.
    let ids = texts.flatMap { $0 + Array(repeating: 0, count: length - $0.count) }
    var x =
      tokenEmbedding.value.gathered(ids).reshaped([texts.count, length, width])
      + positions.value.sliced(axis: 0, 0..<length)
    // What stands after the first end of a text is not seen: its rows count no more than those that fill up.
    let lengths = texts.map { text in (text.firstIndex(of: text[text.count - 1]) ?? 0) + 1 }
    pass.counting(TokenRows(lengths: lengths, feature: .last)) {
      for block in blocks { x = block(x, adapters: adapters, pass: pass) }
    }
    let ends = lengths.enumerated().map { index, own in index * length + own - 1 }
    let last = x.reshaped([-1, width]).gathered(ends)
    return adapters.adaptedOutput(.norm, blocks.count - 1, norm(last), in: pass)
  }

  /// The weight and bias of a site's map, query, key and value as their rows of the fused map.
  public func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)? {
    site.layer < blocks.count ? blocks[site.layer].map(at: site.kind) : nil
  }
}
