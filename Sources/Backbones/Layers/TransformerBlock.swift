import PETL

/// What the blocks of one network or stage have in common.
struct BlockSizes {
  /// The length of a token.
  var width: Int
  /// The width inside the MLP.
  var mlpWidth: Int
  /// The ε of the norms.
  var epsilon: Float
  /// Whether the maps to query, key and value have biases.
  var hasQueryKeyValueBias = true
  /// Whether the output of each branch is multiplied by a learned vector.
  var hasLayerScale = false
  /// What is between the two maps of the MLP.
  var activation = Activation.gelu
}

/// One pre-norm block: x + MHA(LN x), then x + MLP(LN x), with the adapters at their sites.
final class TransformerBlock {
  private let layer: Int
  private let isLast: Bool
  private let dropPath: DropPath
  private let mixing: any TokenMixing
  private let norm1: NormLayer
  private let qkv: LinearLayer
  private let output: LinearLayer
  private let norm2: NormLayer
  private let fc1: LinearLayer
  private let fc2: LinearLayer
  private let activation: Activation
  /// What the outputs of the branches are multiplied by; nil without LayerScale.
  private let scales: (attention: NetworkWeight, mlp: NetworkWeight)?

  /// Takes the weights of a block.
  ///
  /// - Parameters:
  ///   - name: what its tensors begin with, `blocks.3`.
  ///   - layer: its number among all blocks, which its sites have.
  ///   - isLast: whether nobody asks for tokens after it but the head.
  ///   - sizes: of its maps.
  ///   - weights: where they come from.
  ///   - dropPath: how often its branches are left out while training.
  ///   - mixing: how its tokens look at each other.
  init(
    _ name: String, layer: Int, isLast: Bool, _ sizes: BlockSizes, _ weights: WeightProvider,
    dropPath: DropPath, mixing: any TokenMixing
  ) {
    let (width, mlp) = (sizes.width, sizes.mlpWidth)
    self.layer = layer
    self.isLast = isLast
    self.dropPath = dropPath
    self.mixing = mixing
    norm1 = NormLayer("\(name).norm1", weights, width, sizes.epsilon)
    qkv = LinearLayer(
      "\(name).attn.qkv", weights, from: width, to: 3 * width, hasBias: sizes.hasQueryKeyValueBias)
    output = LinearLayer("\(name).attn.proj", weights, from: width, to: width)
    let first = sizes.hasLayerScale ? weights.weight("\(name).ls1.gamma", [width]) : nil
    norm2 = NormLayer("\(name).norm2", weights, width, sizes.epsilon)
    fc1 = LinearLayer("\(name).mlp.fc1", weights, from: width, to: mlp)
    fc2 = LinearLayer("\(name).mlp.fc2", weights, from: mlp, to: width)
    scales = first.map { ($0, weights.weight("\(name).ls2.gamma", [width])) }
    activation = sizes.activation
  }

  /// Whether drop-path makes it random while training.
  var isRandom: Bool { dropPath.rate > 0 }

  /// The residual stream after the block, [images, tokens, width], from the one before it.
  ///
  /// With `onlyClassTokens`, nobody asks for the other tokens after the last block: there they are
  /// keys and values only, unless an adapter further on works on them, and the result is
  /// [images, 1, width].
  func callAsFunction(
    _ x: Tensor, adapters: AdapterSet, pass: ForwardPass, onlyClassTokens: Bool = false
  ) -> Tensor {
    let narrows = onlyClassTokens && isLast && !isAdaptedAfterAttention(adapters)
    return afterMLP(
      afterAttention(x, adapters, pass, onlyClassTokens: narrows), adapters, pass)
  }

  /// The residual stream between the branches.
  private func afterAttention(
    _ x: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass, onlyClassTokens: Bool
  ) -> Tensor {
    let h = input(of: .attention, norm1, .norm1, x, adapters, pass)
    let normalized = adapters.normalizedInput(.attention, layer, h)
    let mixed = attention(consume h, adapters, pass, onlyClassTokens: onlyClassTokens)
    let stream = onlyClassTokens ? x.firstTokens() : x
    let factors = dropPath.factors(layer: layer, branch: "attention", pass: pass)
    let isPlain = adapters[.output, layer] == nil && adapters[.attention, layer] == nil
    if let map = output.frozen, isPlain, factors == nil, scales == nil {
      return mixed.mapped(by: map, addedTo: stream)
    }
    let y = scaled(adapted([.output], output, mixed, adapters, pass), by: scales?.attention)
    let sum = stream.addingBranch(
      adapters.adapted(
        .attention, layer, stream: stream.asRows, normalized: normalized, output: y, in: pass),
      factors: factors)
    return adapters.adaptedStream(.attention, layer, sum, in: pass)
  }

  private func isAdaptedAfterAttention(_ adapters: AdapterSet) -> Bool {
    [AdaptationSite.Kind.output, .fc1, .fc2, .attention, .mlp].contains {
      adapters[$0, layer] != nil
    }
  }

  private func attention(
    _ h: consuming Tensor, _ adapters: AdapterSet, _ pass: ForwardPass, onlyClassTokens: Bool
  ) -> Tensor {
    let projected = adapted([.query, .key, .value], qkv, consume h, adapters, pass)
    return mixing(consume projected, queries: onlyClassTokens ? 1 : nil)
  }

  /// The residual stream after both branches.
  private func afterMLP(_ x: Tensor, _ adapters: AdapterSet, _ pass: ForwardPass) -> Tensor {
    let h = input(of: .mlp, norm2, .norm2, x, adapters, pass)
    let normalized = adapters.normalizedInput(.mlp, layer, h)
    let factors = dropPath.factors(layer: layer, branch: "mlp", pass: pass)
    var y: Tensor
    if let up = fc1.frozen, let down = fc2.frozen, adapters[.fc1, layer] == nil,
      adapters[.fc2, layer] == nil, let function = activation.ofFeedForward
    {
      if adapters[.mlp, layer] == nil, factors == nil, scales == nil {
        return h.feedForward(up: up, down: down, function, addedTo: x)
      }
      y = h.feedForward(up: up, down: down, function)
    } else {
      let hidden = activation(adapted([.fc1], fc1, h, adapters, pass))
      y = adapted([.fc2], fc2, hidden, adapters, pass)
    }
    y = scaled(consume y, by: scales?.mlp)
    let sum = x.addingBranch(
      adapters.adapted(
        .mlp, layer, stream: x.asRows, normalized: normalized, output: y, in: pass),
      factors: factors)
    return adapters.adaptedStream(.mlp, layer, sum, in: pass)
  }

  private func scaled(_ y: consuming Tensor, by scale: NetworkWeight?) -> Tensor {
    guard let scale else { return y }
    return y * scale.value
  }

  /// The normalised residual stream as a branch's maps see it.
  private func input(
    of branch: AdaptationSite.Kind, _ norm: NormLayer, _ site: AdaptationSite.Kind, _ x: Tensor,
    _ adapters: AdapterSet, _ pass: ForwardPass
  ) -> Tensor {
    adapters.adaptedInput(
      branch, layer, adapters.adaptedOutput(site, layer, norm(x), in: pass), in: pass)
  }

  /// The output of a map with what its sites' adapters add, each to its part of the columns.
  private func adapted(
    _ kinds: [AdaptationSite.Kind], _ map: LinearLayer, _ x: Tensor, _ adapters: AdapterSet,
    _ pass: ForwardPass
  ) -> Tensor {
    let y = map(x)
    let width = (y.shape.last ?? 0) / kinds.count
    let updates = kinds.indices.compactMap { part in
      adapters.update(
        kinds[part], layer, x: x.asRows, output: y.asRows, column: part * width, in: pass)
    }
    return (consume y).adding(updates)
  }

  /// The weight and bias of a site's map; nil for a site that is not a map.
  func map(at kind: AdaptationSite.Kind) -> (weight: Tensor, bias: Tensor)? {
    switch kind {
    case .query: qkv.part(0, of: 3)
    case .key: qkv.part(1, of: 3)
    case .value: qkv.part(2, of: 3)
    case .output: output.part(0, of: 1)
    case .fc1: fc1.part(0, of: 1)
    case .fc2: fc2.part(0, of: 1)
    default: nil
    }
  }
}

extension Tensor {
  /// All but the last axis as one: [rows, width].
  fileprivate var asRows: Tensor { reshaped([-1, shape[rank - 1]]) }

  /// The first token of each image, [images, 1, width], of [images, tokens, width].
  func firstTokens() -> Tensor {
    if shape[1] == 1 { return self }
    return asRows.gathered((0..<shape[0]).map { $0 * shape[1] }).reshaped([shape[0], 1, shape[2]])
  }
}
