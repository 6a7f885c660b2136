public import PETL

extension LanguageConfiguration {
  /// The tensors of the network without its head, as the file has them, in the order in which they are
  /// asked for.
  var tensors: [(name: String, shape: [Int])] { tensors(splitting: false) }

  private func tensors(splitting: Bool) -> [(name: String, shape: [Int])] {
    let block = block(splitting: splitting)
    return embeddings
      + (0..<depth).flatMap { layer in block.map { ("blocks.\(layer).\($0.name)", $0.shape) } }
      + (normOrder == .after ? [] : norm("norm", width))
  }

  /// The tensors without a head, query, key and value as three, with names in timm's manner.
  public var weights: [BackboneWeight] {
    tensors(splitting: true).map { BackboneWeight(name: $0.name, shape: $0.shape) }
  }

  private var embeddings: [(name: String, shape: [Int])] {
    var found: [(name: String, shape: [Int])] = [("token_embedding.weight", [vocabulary, width])]
    if let learnedPositions { found.append(("pos_embed", [learnedPositions, width])) }
    if tokenTypes > 0 { found.append(("token_types.weight", [tokenTypes, width])) }
    if normOrder == .after { found += norm("norm_pre", width) }
    if let relativePositions {
      found.append(("rel_embeddings.weight", [2 * relativePositions.span, width]))
      if relativePositions.isNormalized { found += norm("rel_norm", width) }
    }
    return found
  }

  private func block(splitting: Bool) -> [(name: String, shape: [Int])] {
    let (query, key) = (heads * headWidth, keyValueHeads * headWidth)
    let projections =
      isFused && !splitting
      ? map("attn.qkv", width, query + 2 * key, hasQueryKeyValueBias)
      : map("attn.q", width, query, hasQueryKeyValueBias)
        + map("attn.k", width, key, hasQueryKeyValueBias)
        + map("attn.v", width, key, hasQueryKeyValueBias)
    let headNorms = ["attn.q_norm", "attn.k_norm"].flatMap { norm($0, headWidth) }
    let around = normOrder == .around
    return norm("norm1", width) + projections + distances + (normalizesQueryAndKey ? headNorms : [])
      + map("attn.proj", query, width, hasOutputBias) + (around ? norm("attn.norm", width) : [])
      + norm("norm2", width) + (isGated ? map("mlp.gate", width, mlpWidth, hasMLPBias) : [])
      + map("mlp.fc1", width, mlpWidth, hasMLPBias) + map("mlp.fc2", mlpWidth, width, hasMLPBias)
      + (around ? norm("mlp.norm", width) : [])
  }

  /// The maps of distances in a block, where they are none of its others.
  private var distances: [(name: String, shape: [Int])] {
    guard let relativePositions, !relativePositions.sharesMaps else { return [] }
    return (relativePositions.hasKeys ? map("attn.pos_k", width, heads * headWidth, true) : [])
      + (relativePositions.hasQueries ? map("attn.pos_q", width, heads * headWidth, true) : [])
  }

  private func map(
    _ name: String, _ input: Int, _ output: Int, _ hasBias: Bool
  ) -> [(name: String, shape: [Int])] {
    [("\(name).weight", [output, input])] + (hasBias ? [("\(name).bias", [output])] : [])
  }

  private func norm(_ name: String, _ width: Int) -> [(name: String, shape: [Int])] {
    [("\(name).weight", [width])] + (hasRMSNorms ? [] : [("\(name).bias", [width])])
  }
}
