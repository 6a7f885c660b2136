import PETL

/// What encoders and decoders have in common: embeddings, positions and blocks.
final class LanguageBody {
  let configuration: LanguageConfiguration
  /// The weights that are trained.
  private let parameters: [Parameter]
  private let embedding: TokenEmbedding
  private let positions: NetworkWeight?
  private let types: NetworkWeight?
  private let firstNorm: TokenNorm?
  private let blocks: [LanguageBlock]
  private let lastNorm: TokenNorm?

  /// Takes the weights of a network.
  ///
  /// - Parameters:
  ///   - configuration: its sizes.
  ///   - embedding: the vectors of its tokens.
  ///   - weights: where the others come from.
  init(
    _ configuration: LanguageConfiguration, embedding: TokenEmbedding, _ weights: WeightProvider
  ) {
    self.configuration = configuration
    self.embedding = embedding
    let width = configuration.width
    positions = configuration.learnedPositions.map { weights.weight("pos_embed", [$0, width]) }
    types =
      configuration.tokenTypes > 0
      ? weights.weight("token_types.weight", [configuration.tokenTypes, width]) : nil
    let isEncoder = configuration.normOrder == .after
    firstNorm =
      isEncoder ? TokenNorm("norm_pre", weights, width: width, configuration) : nil
    let distances = DistanceTable(configuration, weights)
    // Layers with the same positions share their angles.
    var angles: [RotaryPositions: RotaryAngles] = [:]
    blocks = configuration.rotary.enumerated().map { layer, positions in
      let own = positions.map { positions in
        angles[positions]
          ?? RotaryAngles(frequencies: positions.frequencies(headWidth: configuration.headWidth))
      }
      if let positions { angles[positions] = own }
      return LanguageBlock(layer, configuration, angles: own, distances: distances, weights)
    }
    lastNorm = isEncoder ? nil : TokenNorm("norm", weights, width: width, configuration)
    parameters = weights.parameters.map(\.parameter)
  }

  /// The hidden states, [texts, tokens, width].
  func hidden(
    _ batch: TokenBatch, adapters: AdapterSet, pass: ForwardPass, cache: KeyValueCache? = nil
  ) -> Tensor {
    require(
      batch.count == pass.images, "\(batch.count) texts do not fit a pass over \(pass.images).")
    require(
      batch.ids.allSatisfy { 0..<configuration.vocabulary ~= $0 },
      "A token is not one of \(configuration.vocabulary).")
    let tokens = TokenPass(
      adapters: adapters, pass: pass, lengths: batch.lengths, cache: cache)
    let trained = adapters.parameters.map(\.parameter) + parameters
    var x = embedded(batch, starts: cache?.lengths)
    return pass.counting(batch.rows(feature: configuration.family.isDecoder ? .last : .first)) {
      for block in blocks {
        guard pass.recomputesBlocks, cache == nil else {
          x = block(x, tokens)
          continue
        }
        x = pass.recomputing(x, parameters: trained) { x, pass in
          block(x, TokenPass(adapters: adapters, pass: pass, lengths: batch.lengths))
        }
      }
      guard let lastNorm else { return x }
      return adapters.adaptedOutput(.norm, blocks.count - 1, lastNorm(x), in: pass)
    }
  }

  private func embedded(_ batch: TokenBatch, starts: [Int]?) -> Tensor {
    let (count, length, width) = (batch.count, batch.length, configuration.width)
    var x = embedding(batch.ids)
    if configuration.embeddingScale != 1 { x = x.scaled(by: configuration.embeddingScale) }
    if let types {
      let ids = batch.types ?? Array(repeating: 0, count: count * length)
      require(
        ids.allSatisfy { 0..<configuration.tokenTypes ~= $0 },
        "A token's type is not one of \(configuration.tokenTypes).")
      x = x + types.value.gathered(ids)
    }
    if let positions {
      let first = configuration.firstPosition
      let rows =
        first == 0 || starts != nil
        ? (0..<count * length).map { first + (starts?[$0 / length] ?? 0) + $0 % length }
        : (0..<count).flatMap { positionsAroundPadding(batch.ids[$0 * length..<($0 + 1) * length]) }
      require(
        rows.allSatisfy { $0 < positions.value.shape[0] },
        "Texts of \(length) tokens are longer than the network's positions.")
      x = x + positions.value.gathered(rows)
    }
    x = x.reshaped([count, length, width])
    return firstNorm.map { $0(x) } ?? x
  }

  /// RoBERTa counts the tokens of a text that are none of padding; one that is, also one that is spelled in the
  /// text, has the padding's own row.
  func positionsAroundPadding(_ ids: ArraySlice<Int>) -> [Int] {
    let padding = configuration.firstPosition - 1
    var count = padding
    return ids.map { id in
      guard id != padding else { return padding }
      count += 1
      return count
    }
  }

  /// The weight and bias of a site's map; nil for a site that is not a map.
  func map(at site: AdaptationSite) -> (weight: Tensor, bias: Tensor)? {
    blocks.indices.contains(site.layer) ? blocks[site.layer].map(at: site.kind) : nil
  }
}
