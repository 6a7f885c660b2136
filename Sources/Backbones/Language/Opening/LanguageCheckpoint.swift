public import Checkpoints
public import PETL

/// The weights of a language model in a file, checked, and not read yet.
public struct LanguageCheckpoint {
  /// What the `config.json` says.
  public let description: LanguageDescription
  /// What the user should know of the file and its description, a sentence each.
  public let notes: [Note]
  let tensors: NamedWeights

  /// The sizes and choices.
  public var configuration: LanguageConfiguration { description.configuration }
  /// The tensors as the file has them.
  public var store: any WeightStore { tensors.store }
  /// Which names the file has.
  public var naming: WeightNaming { tensors.naming }
  /// The kind of network and its sizes, a phrase.
  public var summary: String {
    let sizes = configuration
    let shared =
      sizes.keyValueHeads == sizes.heads ? "" : ", \(sizes.keyValueHeads) of keys and values"
    return "\(sizes.family.title), width \(sizes.width), \(sizes.depth) layers, "
      + "\(sizes.heads) heads\(shared), \(sizes.vocabulary) tokens"
  }

  /// The places that an adapter can be attached to, layer by layer.
  public var sites: [AdaptationSite] { configuration.sites }
  /// The tensors of the network without its head, with names in timm's manner.
  public var weights: [BackboneWeight] { configuration.weights }

  /// Opens a folder of Hugging Face's, or a file in one: its `config.json` says what it is, and no weight is
  /// read yet.
  ///
  /// - Parameter path: of the folder, or of the file of weights or its index in it.
  /// - Returns: the weights, checked.
  /// - Throws: `DiagnosticError` when there is no description, it is of no language model that is known here,
  ///   or with every tensor that is missing, unexpected or misshaped.
  public static func open(_ path: String) throws -> LanguageCheckpoint {
    let file = try WeightFile(path: path)
    guard let description = file.description else {
      throw DiagnosticError(
        "\(path): there is no config.json beside these weights",
        hints: ["the config.json of a language model says what its tensors do not show"])
    }
    return try LanguageCheckpoint(
      file.store, description: LanguageDescription(path: description))
  }

  /// Checks tensors against what is said of them.
  ///
  /// - Parameters:
  ///   - store: the tensors, under Hugging Face's names.
  ///   - description: what is said of them.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(_ store: any WeightStore, description: LanguageDescription) throws {
    let configuration = description.configuration
    try Self.refuseUnannounced(store, description)
    var naming = WeightNaming.language(configuration.family)
    if naming.id == WeightNaming.bert.id,
      store.entries.contains(where: { $0.name.hasSuffix("LayerNorm.gamma") })
    {
      naming = .oldBERT
    }
    let names = Set(store.entries.map(\.name))
    guard naming.prefix(in: names) != nil else {
      let first = store.entries.prefix(4).map(\.name).joined(separator: ", ")
      throw DiagnosticError(
        "\(store.name): these are not the tensors of \(naming.summary), of which "
          + "\(description.path) is",
        hints: [
          "expected '\(naming.marker.replacing("@", with: naming.writtenPrefix))'",
          first.isEmpty ? "the file has no tensors" : "the file's first tensors are \(first)",
        ])
    }
    tensors = try NamedWeights(store, among: [naming])
    self.description = description
    let heads = LanguageHeads(tensors, description)
    try heads.problems.throwIfAny()
    try tensors.mismatches(
      expected: configuration.tensors + heads.expected, optional: heads.optional,
      heads: configuration.heads
    ).throwIfAny()
    notes = description.notes + tensors.notes + heads.notes
  }

  /// Refuses matrices that are quantised where the description does not say how.
  private static func refuseUnannounced(
    _ store: any WeightStore, _ description: LanguageDescription
  ) throws {
    if store is QuantizedWeights { return }
    let part = store.entries.first {
      $0.name.contains(".quant_state.bitsandbytes__") || $0.name.hasSuffix(".weight.absmax")
        || $0.name.hasSuffix(".scales")
    }
    guard let part else { return }
    throw DiagnosticError(
      "\(store.name): tensor `\(part.name)` is of a quantised matrix, and \(description.path) does not say how "
        + "matrices are quantised",
      hints: [
        "expected `quantization_config`, as bitsandbytes writes it, or `quantization`, as mlx does"
      ])
  }

  /// The number of classes of the head that came with the weights; nil without one.
  public var classes: Int? {
    tensors.shape(configuration.family.isDecoder ? "score.weight" : "head.weight", rank: 2)?[0]
  }

  /// Whether there is a head that predicts tokens.
  public var predictsTokens: Bool {
    configuration.family.isDecoder && (tensors.has("head.weight") || configuration.isTied)
  }

  /// The numbers of a tensor as we have it.
  ///
  /// - Parameters:
  ///   - name: in timm's manner.
  ///   - shape: as we have it.
  /// - Returns: row-major.
  /// - Throws: `DiagnosticError` when the file has none of that name, or it cannot be read.
  func values(of name: String, shape: [Int]) throws -> Tensor {
    if let values = try tensors.floats(name, shape: shape) { return Tensor(values, shape: shape) }
    if let part = try fusedPart(name, shape: shape) { return part }
    throw DiagnosticError(
      "\(store.name): tensor '\(tensors.place(name)?.names[0] ?? name)' is missing",
      hints: ["expected \(shape)"])
  }

  /// Query, key or value of a tensor that holds all three; nil where they are three.
  private func fusedPart(_ name: String, shape: [Int]) throws -> Tensor? {
    for (index, end) in [".attn.q.", ".attn.k.", ".attn.v."].enumerated() where name.contains(end) {
      let whole = [3 * shape[0]] + shape.dropFirst()
      let values = try tensors.floats(name.replacing(end, with: ".attn.qkv."), shape: whole)
      return values.map {
        Tensor($0, shape: whole).sliced(axis: 0, index * shape[0]..<(index + 1) * shape[0]).copied()
      }
    }
    return nil
  }
}
