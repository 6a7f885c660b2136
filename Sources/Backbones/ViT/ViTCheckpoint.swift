public import Checkpoints
import PETL

/// A Vision Transformer's weights in a file: its sizes as the tensors show them, and the checks that
/// nothing is missing, unexpected or misshaped.
public struct ViTCheckpoint: TabledCheckpoint {
  /// The sizes, at the image size that the weights were trained for.
  public let configuration: ViTConfiguration
  /// The names of the head's classes.
  public let labels: [String]?
  /// Whether the final norm comes after pooling (`fc_norm`).
  let normalizesAfterPooling: Bool
  /// How positions are resampled to another image size.
  let positions: PositionResampling
  let tensors: NamedWeights
  /// What the user should know about the file, a sentence each.
  public let notes: [Note]
  /// Whether the heads are a guess.
  let guessesHeads: Bool

  /// Reads the sizes of a network.
  ///
  /// What neither the user nor the folder's description nor the shapes say comes from the file's
  /// metadata (`heads`, `epsilon`, `activation`, `pooling`), else: width / 64 heads; ε as the naming has
  /// it, 1e-5 where tokens are normalised first (CLIP). A guess that another network would have other
  /// answers for is noted.
  ///
  /// - Parameters:
  ///   - store: the tensors, under any naming of `WeightNaming.all`.
  ///   - facts: what the user says.
  ///   - description: what the `config.json` beside the file says.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped, and every
  ///   word of the description that contradicts the tensors.
  public init(
    _ store: any WeightStore, facts: BackboneFacts = BackboneFacts(),
    description: NetworkDescription? = nil
  ) throws {
    let tensors = try NamedWeights(store)
    self.tensors = tensors
    self.positions = facts.positionResampling ?? tensors.naming.positionResampling
    let described = description?.image ?? DescribedTower()
    let patch = try tensors.required("patch_embed.proj.weight", rank: 4)
    _ = try tensors.required("pos_embed", rank: 3)
    let hidden = try tensors.required("blocks.0.mlp.fc1.weight", rank: 2)
    let width = patch[0]
    var findings = ViTFindings(tensors, described, file: description?.path ?? "")
    let grid = findings.grid(patch: patch)
    let normalizesFirst = tensors.has("norm_pre.weight")
    var found = ViTConfiguration(
      imageSize: grid.side * patch[2], patchSize: patch[2], width: width, depth: tensors.depth,
      heads: try facts.heads ?? tensors.heads ?? described.heads?.value
        ?? store.wholeNumber("heads") ?? findings.guessedHeads(width: width),
      mlpWidth: hidden[0], hasClassToken: tensors.has("cls_token"),
      epsilon: try facts.epsilon ?? described.epsilon?.value ?? store.number("epsilon")
        ?? (normalizesFirst ? 1e-5 : tensors.naming.epsilon))
    findings.compare(facts)
    findings.compare(facts, stored: try store.wholeNumber("heads"))
    guessesHeads = findings.guessesHeads
    found.registers = grid.registers
    found.unpositioned = grid.unpositioned
    found.hasQueryKeyValueBias = tensors.has("blocks.0.attn.qkv.bias")
    found.hasPatchBias = tensors.has("patch_embed.proj.bias")
    found.normalizesFirst = normalizesFirst
    found.hasLayerScale = tensors.has("blocks.0.ls1.gamma")
    found.activation =
      try facts.activation ?? described.activation?.value ?? store.activation()
      ?? findings.guessedActivation(normalizesFirst: normalizesFirst)
    normalizesAfterPooling = findings.normalizesAfterPooling
    let pooling = try findings.pooling(store.pooling())
    found.averagesTokens = found.hasClassToken && pooling != .token
    found.averagesPrefix = pooling == .all
    findings.compare(found, classes: tensors.shape("head.weight", rank: 2)?[0], description)
    configuration = found
    let classes = tensors.shape("head.weight", rank: 2)?[0]
    let named = description?.labels(ofHead: classes)
    labels = named?.names
    let fit = description?.fit(tensors.naming, .vit)
    // The head of a CLIP is its projection.
    let isProjection = [WeightNaming.huggingFaceCLIP.id, WeightNaming.openCLIP.id]
      .contains(tensors.naming.id)
    notes =
      facts.notes + tensors.notes + (description?.notes ?? []) + (fit?.notes ?? [])
      + (isProjection ? [] : named?.notes ?? []) + findings.notes
    var problems = fit?.problems ?? []
    if problems.isEmpty { problems = findings.problems }
    problems += configuration.problems.map { Diagnostic("\(store.name): \($0)") }
    if problems.isEmpty { problems = mismatches() }
    try problems.throwIfAny()
  }

  /// The head's number of classes, when there is one.
  public var classes: Int? { tensors.shape("head.weight", rank: 2)?[0] }

  /// The metadata of the file, and what the file alone must say to be read as this network.
  public var metadata: [String: String] {
    store.metadata.merging(metadata(for: naming)) { _, own in own }
  }

  private func mismatches() -> [Diagnostic] {
    let expected = configuration.tensors(normalizingAfterPooling: normalizesAfterPooling)
    guard let classes else {
      return tensors.mismatches(expected: expected, heads: configuration.heads)
    }
    return tensors.mismatches(
      expected: expected + [
        ("head.weight", [classes, configuration.width]), ("head.bias", [classes]),
      ], heads: configuration.heads)
  }

  var heads: Int { configuration.heads }
  var normName: String { normalizesAfterPooling ? "fc_norm" : "norm" }
  func blockName(_ layer: Int) -> String { "blocks.\(layer)" }

  func rank(of name: String) -> Int? {
    if name == "head.weight" { return 2 }
    if name == "head.bias" { return 1 }
    return configuration.tensors(normalizingAfterPooling: normalizesAfterPooling)
      .first { $0.name == name }?.shape.count
  }
}

extension NamedWeights {
  /// The shape of a tensor that every network of its kind has.
  ///
  /// - Throws: `DiagnosticError` that says this is none.
  func required(_ name: String, rank: Int) throws -> [Int] {
    if let shape = shape(name, rank: rank), !shape.contains(0) { return shape }
    let stored = place(name)?.names[0] ?? name
    let reason =
      store.entry(stored).map { "tensor '\(stored)' has shape \($0.shape)" }
      ?? "there is no tensor '\(stored)'"
    let other = otherParts.map { " (\($0))" } ?? ""
    throw DiagnosticError(
      "\(store.name): not a network with the names of \(naming.summary): \(reason)\(other)",
      hints: ["expected '\(stored)' with \(place(name)?.layout.storedRank(rank) ?? rank) axes"])
  }
}
