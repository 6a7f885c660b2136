import PETL

/// The attention branch of a language model between its norms: maps to query, key and value, positions,
/// attention.
final class TokenAttention {
  private let layer: Int
  private let headWidth: Int
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  private let norms: (query: TokenNorm, key: TokenNorm)?
  private let angles: RotaryAngles?
  private let scope: AttentionScope
  private let distances: DistanceMaps?

  /// Takes the weights of a block's attention.
  ///
  /// - Parameters:
  ///   - name: what its tensors begin with, `blocks.3.attn`.
  ///   - layer: its number, which its sites have.
  ///   - configuration: of the network.
  ///   - angles: of its positions; nil for none.
  ///   - distances: the vectors of its relative positions; nil for none.
  ///   - weights: where they come from.
  init(
    _ name: String, layer: Int, _ configuration: LanguageConfiguration, angles: RotaryAngles?,
    distances: DistanceTable?, _ weights: WeightProvider
  ) {
    self.layer = layer
    self.angles = angles
    let width = configuration.width
    headWidth = configuration.headWidth
    let shared = configuration.keyValueHeads * headWidth
    func map(_ end: String, _ output: Int) -> LinearLayer {
      LinearLayer(
        "\(name).\(end)", weights, from: width, to: output,
        hasBias: configuration.hasQueryKeyValueBias)
    }
    query = map("q", configuration.heads * headWidth)
    key = map("k", shared)
    value = map("v", shared)
    self.distances = distances.map {
      DistanceMaps(name, layer: layer, configuration, $0, weights)
    }
    norms =
      configuration.normalizesQueryAndKey
      ? (
        TokenNorm("\(name).q_norm", weights, width: headWidth, configuration),
        TokenNorm("\(name).k_norm", weights, width: headWidth, configuration)
      ) : nil
    scope = AttentionScope(
      heads: configuration.heads, keyValueHeads: configuration.keyValueHeads,
      isCausal: configuration.family.isDecoder, window: configuration.windows[layer],
      scale: configuration.attentionScale)
  }

  /// What the tokens take over from each other.
  ///
  /// - Parameters:
  ///   - h: [texts, tokens, width].
  ///   - tokens: the pass.
  /// - Returns: [texts, tokens, heads · head width].
  func callAsFunction(_ h: Tensor, _ tokens: TokenPass) -> Tensor {
    let starts = tokens.cache?.lengths
    var q = query.adapted(.query, layer, h, tokens)
    if let norms { q = norms.query(q, headWidth: headWidth) }
    if let angles { q = (consume q).rotated(by: angles, starts: starts) }
    var k = key.adapted(.key, layer, h, tokens)
    if let norms { k = norms.key(k, headWidth: headWidth) }
    if let angles { k = (consume k).rotated(by: angles, starts: starts) }
    let v = value.adapted(.value, layer, h, tokens)
    if let distances {
      return distances.attention(q, k, v, shared: (query, key), scope, tokens)
    }
    guard let cache = tokens.cache else {
      return Tensor.attention(query: q, key: k, value: v, lengths: tokens.lengths, scope)
    }
    let all = cache.store(key: k, value: v, layer: layer, lengths: tokens.lengths)
    return Tensor.cachedAttention(
      query: q, keys: all.keys, values: all.values, starts: cache.lengths,
      lengths: tokens.lengths, scope)
  }

  /// The weight and bias of a site's map; nil for another site.
  func map(at kind: AdaptationSite.Kind) -> (weight: Tensor, bias: Tensor)? {
    switch kind {
    case .query: query.part(0, of: 1)
    case .key: key.part(0, of: 1)
    case .value: value.part(0, of: 1)
    default: nil
    }
  }
}

extension LinearLayer {
  /// The output of a map with what its site's adapter adds.
  func adapted(
    _ kind: AdaptationSite.Kind, _ layer: Int, _ x: Tensor, _ tokens: TokenPass
  ) -> Tensor {
    let y = self(x)
    let update = tokens.adapters.update(
      kind, layer, x: x.tokenRows, output: y.tokenRows, in: tokens.pass)
    return (consume y).adding([update].compactMap { $0 })
  }
}
