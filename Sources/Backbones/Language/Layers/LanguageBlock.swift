import PETL

/// A block of a language model, with the adapters at their sites.
///
/// Norms are before the branches, x + f(norm x); after them, norm(x + f(x)), in encoders; or both before and
/// behind, x + norm(f(norm x)), in Gemma.
final class LanguageBlock {
  private let layer: Int
  private let order: LanguageConfiguration.NormOrder
  private let attention: TokenAttention
  private let output: LinearLayer
  private let feedforward: TokenFeedforward
  private let norm1: TokenNorm
  private let norm2: TokenNorm
  /// The norms behind the branches.
  private let behind: (attention: TokenNorm, mlp: TokenNorm)?

  /// Takes the weights of a block.
  init(
    _ layer: Int, _ configuration: LanguageConfiguration, angles: RotaryAngles?,
    distances: DistanceTable?, _ weights: WeightProvider
  ) {
    let name = "blocks.\(layer)"
    func norm(_ end: String) -> TokenNorm {
      TokenNorm("\(name).\(end)", weights, width: configuration.width, configuration)
    }
    self.layer = layer
    order = configuration.normOrder
    norm1 = norm("norm1")
    attention = TokenAttention(
      "\(name).attn", layer: layer, configuration, angles: angles, distances: distances, weights)
    output = LinearLayer(
      "\(name).attn.proj", weights, from: configuration.heads * configuration.headWidth,
      to: configuration.width, hasBias: configuration.hasOutputBias)
    let first = order == .around ? norm("attn.norm") : nil
    norm2 = norm("norm2")
    feedforward = TokenFeedforward("\(name).mlp", layer: layer, configuration, weights)
    behind = first.map { ($0, norm("mlp.norm")) }
  }

  /// The residual stream after the block, [texts, tokens, width], from the one before it.
  func callAsFunction(_ x: Tensor, _ tokens: TokenPass) -> Tensor {
    afterMLP(afterAttention(x, tokens), tokens)
  }

  private func afterAttention(_ x: Tensor, _ tokens: TokenPass) -> Tensor {
    let adapters = tokens.adapters
    let h = input(of: .attention, norm1, .norm1, x, tokens)
    let normalized = adapters.normalizedInput(.attention, layer, h)
    let mixed = attention(consume h, tokens)
    let isPlain = adapters[.output, layer] == nil && adapters[.attention, layer] == nil
    if let map = output.frozen, isPlain, behind == nil {
      return after(norm1, .norm1, mixed.mapped(by: map, addedTo: x), tokens)
    }
    var y = output.adapted(.output, layer, mixed, tokens)
    if let behind { y = behind.attention(y) }
    return joined(.attention, norm1, .norm1, x, normalized: normalized, y, tokens)
  }

  private func afterMLP(_ x: Tensor, _ tokens: TokenPass) -> Tensor {
    let adapters = tokens.adapters
    let h = input(of: .mlp, norm2, .norm2, x, tokens)
    let normalized = adapters.normalizedInput(.mlp, layer, h)
    if behind == nil, adapters[.mlp, layer] == nil {
      return after(norm2, .norm2, feedforward(h, addedTo: x, tokens), tokens)
    }
    var y = feedforward(h, addedTo: nil, tokens)
    if let behind { y = behind.mlp(y) }
    return joined(.mlp, norm2, .norm2, x, normalized: normalized, y, tokens)
  }

  /// The residual stream with the output of a branch in it.
  private func joined(
    _ branch: AdaptationSite.Kind, _ norm: TokenNorm, _ site: AdaptationSite.Kind, _ x: Tensor,
    normalized: Tensor?, _ y: Tensor, _ tokens: TokenPass
  ) -> Tensor {
    let adapters = tokens.adapters
    let sum =
      x
      + adapters.adapted(
        branch, layer, stream: x.tokenRows, normalized: normalized, output: y, in: tokens.pass)
    return adapters.adaptedStream(branch, layer, after(norm, site, sum, tokens), in: tokens.pass)
  }

  /// The residual stream as a branch's maps see it.
  private func input(
    of branch: AdaptationSite.Kind, _ norm: TokenNorm, _ site: AdaptationSite.Kind, _ x: Tensor,
    _ tokens: TokenPass
  ) -> Tensor {
    let adapters = tokens.adapters
    let h =
      order == .after ? x : adapters.adaptedOutput(site, layer, norm(x), in: tokens.pass)
    return adapters.adaptedInput(branch, layer, h, in: tokens.pass)
  }

  /// The residual stream after a branch: normalised where norms come after.
  private func after(
    _ norm: TokenNorm, _ site: AdaptationSite.Kind, _ sum: Tensor, _ tokens: TokenPass
  ) -> Tensor {
    guard order == .after else { return sum }
    return tokens.adapters.adaptedOutput(site, layer, norm(sum), in: tokens.pass)
  }

  /// The weight and bias of a site's map; nil for a site that is not a map.
  func map(at kind: AdaptationSite.Kind) -> (weight: Tensor, bias: Tensor)? {
    kind == .output
      ? output.part(0, of: 1) : attention.map(at: kind) ?? feedforward.map(at: kind)
  }
}
