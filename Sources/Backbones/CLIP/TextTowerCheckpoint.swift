public import Checkpoints
public import PETL

/// The text tower of a CLIP in a file, checked, and not read yet.
public struct TextTowerCheckpoint {
  /// The sizes.
  public let configuration: TextConfiguration
  /// What the user should know, a sentence each.
  public let notes: [Note]
  private let tensors: NamedWeights

  /// Which library's names the file has.
  public var naming: WeightNaming { tensors.naming }

  /// Finds the text tower in the weights of a CLIP.
  ///
  /// Heads come from the facts, or the description, or are width / 64 as in every published CLIP; the
  /// activation likewise, or is the naming's usual.
  ///
  /// - Parameters:
  ///   - store: the tensors of the whole network, or of the text tower and its projection.
  ///   - facts: what the user says of the text tower.
  ///   - description: what the `config.json` beside the file says.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(
    _ store: any WeightStore, facts: BackboneFacts = BackboneFacts(),
    description: NetworkDescription? = nil
  ) throws {
    let names = Set(store.entries.map(\.name))
    guard WeightNaming.textTowers.contains(where: { $0.prefix(in: names) != nil }) else {
      throw DiagnosticError(
        "\(store.name): there is no text tower in these weights",
        hints: ["expected the weights of a CLIP as Hugging Face, open_clip or OpenAI name them"])
    }
    if let problems = description?.textProblems, !problems.isEmpty {
      throw DiagnosticError(problems)
    }
    let tensors = try NamedWeights(store, among: WeightNaming.textTowers)
    self.tensors = tensors
    let embedding = try tensors.required("token_embedding.weight", rank: 2)
    let positions = try tensors.required("pos_embed", rank: 2)
    let hidden = try tensors.required("blocks.0.mlp.fc1.weight", rank: 2)
    let projection = try tensors.required("head.weight", rank: 2)
    let width = embedding[1]
    let heads = facts.heads ?? description?.text?.heads?.value
    notes =
      (description?.textNotes ?? [])
      + (heads == nil
        ? [
          .guess(
            "nothing says how many heads the texts' attention has: \(max(1, width / 64)) is taken, the width / 64 (backbone.text_heads)",
            at: store.name)
        ] : [])
    let usual: Activation = tensors.naming.isQuickGELU ? .quickGELU : .gelu
    configuration = TextConfiguration(
      vocabulary: embedding[0], context: positions[0], width: width, depth: tensors.depth,
      heads: heads ?? max(1, width / 64),
      mlpWidth: hidden[0],
      embedding: projection[0],
      activation: facts.activation ?? description?.text?.activation?.value ?? usual,
      epsilon: facts.epsilon ?? description?.text?.epsilon?.value ?? tensors.naming.epsilon)
    var problems = configuration.problems.map { Diagnostic("\(store.name): \($0)") }
    if problems.isEmpty {
      problems = tensors.mismatches(
        expected: configuration.tensors + [("head.weight", [projection[0], width])],
        heads: configuration.heads)
    }
    try problems.throwIfAny()
  }

  /// The tower, frozen or with some of its weights trained.
  ///
  /// - Parameters:
  ///   - precision: of frozen linear maps.
  ///   - training: whether a weight becomes a parameter of the tower; none by default.
  /// - Returns: the tower.
  /// - Throws: `DiagnosticError` when a tensor cannot be read.
  public func tower(
    precision: FrozenPrecision = .single,
    training: @escaping (BackboneWeight) -> Bool = { _ in false }
  ) throws -> TextTower {
    var failure: (any Error)?
    let weights = WeightProvider(precision: precision, training: training) { name, shape in
      do {
        return try tensor(name, shape)
      } catch {
        failure = failure ?? error
        return .zeros(shape)
      }
    }
    let tower = TextTower(configuration, weights: weights)
    if let failure { throw failure }
    BufferPool.trim()
    return tower
  }

  /// What features are projected by, [embedding, width].
  ///
  /// - Throws: `DiagnosticError` when the tensor cannot be read.
  public func projection() throws -> Tensor {
    try tensor("head.weight", [configuration.embedding, configuration.width])
  }

  private func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
    guard let values = try tensors.floats(name, shape: shape) else {
      throw DiagnosticError("\(tensors.store.name): tensor '\(name)' is missing")
    }
    return Tensor(values, shape: shape)
  }
}
