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
  /// What the user should know about the file.
  let remarks: [String]

  /// Reads the sizes of a network.
  ///
  /// What neither the user nor the folder's description nor the shapes say comes from the file's
  /// metadata (`heads`, `epsilon`), else: width / 64 heads; ε as the naming has it, 1e-5 where tokens
  /// are normalised first (CLIP).
  ///
  /// - Parameters:
  ///   - store: the tensors, under any naming of `WeightNaming.all`.
  ///   - facts: what the user says.
  ///   - description: what the `config.json` beside the file says.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(
    _ store: any WeightStore, facts: BackboneFacts = BackboneFacts(),
    description: NetworkDescription? = nil
  ) throws {
    let tensors = try NamedWeights(store)
    self.tensors = tensors
    self.positions = facts.positionResampling ?? tensors.naming.positionResampling
    labels = description?.labels
    let patch = try tensors.required("patch_embed.proj.weight", rank: 4)
    let positions = try tensors.required("pos_embed", rank: 3)
    let hidden = try tensors.required("blocks.0.mlp.fc1.weight", rank: 2)
    let width = patch[0]
    let hasClassToken = tensors.has("cls_token")
    let registers = tensors.shape("reg_token", rank: 3)?[1] ?? 0
    let prefix = (hasClassToken ? 1 : 0) + registers
    // Of class token and registers all have positions, or the first only, or none.
    let positioned =
      [prefix, min(1, prefix), 0].first { isSquare(positions[1] - $0) } ?? prefix
    let patches = positions[1] - positioned
    let grid = Int(Double(max(0, patches)).squareRoot())
    let normalizesFirst = tensors.has("norm_pre.weight")
    var found = ViTConfiguration(
      imageSize: grid * patch[2], patchSize: patch[2], width: width, depth: tensors.depth,
      heads: try facts.heads ?? tensors.heads ?? description?.heads ?? store.wholeNumber("heads")
        ?? max(1, width / 64),
      mlpWidth: hidden[0], hasClassToken: hasClassToken,
      epsilon: try facts.epsilon ?? description?.epsilon ?? store.number("epsilon")
        ?? (normalizesFirst ? 1e-5 : tensors.naming.epsilon))
    found.registers = registers
    found.unpositioned = prefix - positioned
    found.hasQueryKeyValueBias = tensors.has("blocks.0.attn.qkv.bias")
    found.hasPatchBias = tensors.has("patch_embed.proj.bias")
    found.normalizesFirst = normalizesFirst
    found.hasLayerScale = tensors.has("blocks.0.ls1.gamma")
    let usual: Activation = tensors.naming.isQuickGELU ? .quickGELU : .gelu
    found.activation = facts.activation ?? description?.activation ?? usual
    configuration = found
    normalizesAfterPooling = tensors.has("fc_norm.weight")
    remarks =
      tensors.notes
      + (normalizesFirst && facts.activation == nil && description?.activation == nil
        ? [
          "the weights do not say which function is in their MLPs: \(found.activation.rawValue) is taken; OpenAI's CLIP has quick-gelu (backbone.activation)"
        ] : [])
    var problems = configuration.problems.map { Diagnostic("\(store.name): \($0)") }
    if !isSquare(patches) {
      let name = tensors.place("pos_embed")?.names[0] ?? "pos_embed"
      problems.append(
        Diagnostic("\(store.name): '\(name)' has \(patches) patch positions, not a square"))
    }
    if problems.isEmpty { problems = mismatches() }
    if !problems.isEmpty { throw DiagnosticError(problems) }
  }

  /// The head's number of classes, when there is one.
  public var classes: Int? { tensors.shape("head.weight", rank: 2)?[0] }

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

private func isSquare(_ count: Int) -> Bool {
  guard count >= 0 else { return false }
  let root = Int(Double(count).squareRoot())
  return root * root == count
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
    throw DiagnosticError(
      "\(store.name): not a network with the names of \(naming.summary): \(reason)",
      hints: ["expected '\(stored)' with \(place(name)?.layout.storedRank(rank) ?? rank) axes"])
  }
}

extension WeightStore {
  /// A whole number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  func wholeNumber(_ key: String) throws -> Int? {
    guard let text = metadata[key] else { return nil }
    if let number = Int(text) { return number }
    throw DiagnosticError(
      "\(name): metadata '\(key)' is '\(text)'", hints: ["expected a whole number"])
  }

  /// A number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  func number(_ key: String) throws -> Float? {
    guard let text = metadata[key] else { return nil }
    if let number = Float(text) { return number }
    throw DiagnosticError("\(name): metadata '\(key)' is '\(text)'", hints: ["expected a number"])
  }
}
