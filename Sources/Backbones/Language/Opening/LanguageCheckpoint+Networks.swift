import Checkpoints
public import PETL

extension LanguageCheckpoint {
  /// The network of an encoder, frozen or with some of its weights trained.
  ///
  /// - Parameters:
  ///   - precision: of frozen linear maps.
  ///   - staysStored: whether quantised matrices stay so in memory.
  ///   - training: whether a weight becomes a parameter of the network; none by default.
  /// - Returns: the network.
  /// - Throws: `DiagnosticError` when these are the weights of a decoder, or a tensor cannot be read.
  public func encoder(
    precision: FrozenPrecision = .single, staysStored: Bool = false,
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> TextEncoder {
    guard !configuration.family.isDecoder else {
      throw DiagnosticError(
        "\(store.name): \(configuration.family.title) is a decoder, whose tokens see only those before them",
        hints: ["expected an encoder, such as BERT"])
    }
    return try made(precision, staysStored, training) { weights in
      TextEncoder(configuration, weights: weights, notes: notes)
    }
  }

  /// The network of a decoder, frozen or with some of its weights trained.
  ///
  /// The table of embeddings and the head stay frozen. Where they are the same they are in memory once.
  ///
  /// - Parameters:
  ///   - precision: of frozen linear maps.
  ///   - staysStored: whether quantised matrices stay so in memory.
  ///   - training: whether a weight becomes a parameter of the network; none by default.
  /// - Returns: the network.
  /// - Throws: `DiagnosticError` when these are the weights of an encoder, the embeddings are to be trained,
  ///   a head that should be the table of embeddings is another, or a tensor cannot be read.
  public func decoder(
    precision: FrozenPrecision = .single, staysStored: Bool = false,
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> Decoder {
    let table = BackboneWeight(
      name: "token_embedding.weight", shape: [configuration.vocabulary, configuration.width])
    if !configuration.family.isDecoder {
      throw DiagnosticError(
        "\(store.name): \(configuration.family.title) is an encoder, which predicts no next token",
        hints: ["expected a decoder, such as Llama"])
    }
    if training(table) {
      throw DiagnosticError(
        "the table of embeddings of a decoder cannot be trained",
        hints: ["leave '\(table.name)' frozen"])
    }
    return try made(precision, staysStored, training) { weights in
      let (embedding, head) = try vocabulary(table, weights, precision, staysStored)
      return Decoder(
        configuration, embedding: embedding, headWeight: head, weights: weights, notes: notes)
    }
  }

  /// Runs the body with a source of weights, one tensor at a time.
  private func made<Network>(
    _ precision: FrozenPrecision, _ staysStored: Bool,
    _ training: @escaping (BackboneWeight) -> Bool, _ body: (WeightProvider) throws -> Network
  ) throws -> Network {
    var failure: (any Error)?
    let weights = WeightProvider(
      precision: precision, training: training,
      maps: staysStored
        ? { name, hasBias in
          do { return try storedMap(name, hasBias: hasBias, precision) } catch {
            failure = failure ?? error
            return nil
          }
        } : nil
    ) { name, shape in
      do {
        return try values(of: name, shape: shape)
      } catch {
        failure = failure ?? error
        return .zeros(shape)
      }
    }
    let network = try body(weights)
    if let failure { throw failure }
    BufferPool.trim()
    return network
  }

  /// The map of a module as it is stored; nil where the file has plain numbers, or another layout.
  private func storedMap(
    _ name: String, hasBias: Bool, _ precision: FrozenPrecision
  ) throws -> (any FrozenMap)? {
    guard let store = store as? any BlockStore, let place = tensors.place("\(name).weight"),
      place.layout == .same, place.names.count == 1, let blocks = try store.blocks(place.names[0]),
      blocks.format != .f32
    else { return nil }
    let shape = store.entry(place.names[0])?.shape ?? []
    let bias = hasBias ? try values(of: "\(name).bias", shape: [shape.first ?? 0]) : nil
    return FrozenProducts.map(blocks: blocks, bias: bias, precision: precision)
  }

  /// The vectors of tokens and the head.
  private func vocabulary(
    _ table: BackboneWeight, _ weights: WeightProvider, _ precision: FrozenPrecision,
    _ staysStored: Bool
  ) throws -> (TokenEmbedding, (any FrozenMap)?) {
    let stored = weights.map("token_embedding", table.shape, hasBias: false)
    let hasOwnHead = tensors.has("head.weight")
    if let rows = stored as? any RowGiving {
      if configuration.isTied { return (.rows(rows), rows) }
      return (.rows(rows), hasOwnHead ? try head(table.shape, precision, staysStored) : nil)
    }
    let embedding = weights.weight(table.name, table.shape)
    let precision = precision.ofVocabulary
    guard configuration.isTied else {
      return (.table(embedding), hasOwnHead ? try head(table.shape, precision, staysStored) : nil)
    }
    if hasOwnHead { try checkHead(embedding.value) }
    let packed = PackedFrozenMap(
      weight: embedding.value, bias: nil, precision: precision, repacks: false)
    // Packed in bfloat16 the rows would be rounded, unless the file has them so.
    let isExact =
      precision == .single
      || tensors.place(table.name).flatMap { store.entry($0.names[0])?.type } == .bf16
    return (isExact ? .rows(packed) : .table(embedding), packed)
  }

  private func head(
    _ shape: [Int], _ precision: FrozenPrecision, _ staysStored: Bool
  ) throws -> any FrozenMap {
    if staysStored, let map = try storedMap("head", hasBias: false, precision) { return map }
    return PackedFrozenMap(
      weight: try values(of: "head.weight", shape: shape), bias: nil,
      precision: precision.ofVocabulary, repacks: false)
  }

  /// Refuses a head of its own where the description says that it is the table of embeddings.
  private func checkHead(_ table: Tensor) throws {
    let own = try values(of: "head.weight", shape: table.shape)
    guard own.values != table.values else { return }
    let name = tensors.place("head.weight")?.names[0] ?? ""
    throw DiagnosticError(
      "\(description.path): `tie_word_embeddings` is true, and tensor '\(name)' of \(store.name) is not the "
        + "table of embeddings",
      hints: ["write \"tie_word_embeddings\": false, or leave the tensor out"])
  }
}

extension FrozenPrecision {
  /// That of a table of a vocabulary.
  ///
  /// The gradient of logits has thousands of small numbers that matter together, and 8 bits would round them away.
  fileprivate var ofVocabulary: FrozenPrecision { self == .int8 ? .single : self }
}
