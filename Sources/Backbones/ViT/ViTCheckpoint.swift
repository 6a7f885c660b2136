public import Checkpoints
import PETL

/// A Vision Transformer's weights in a safetensors file with timm's names: its sizes as the tensors
/// show them, and the checks that nothing is missing, unexpected or misshaped.
public struct ViTCheckpoint {
  /// The sizes, at the image size that the weights were trained for.
  public let configuration: ViTConfiguration
  /// Whether the final norm comes after pooling (`fc_norm`).
  let normalizesAfterPooling: Bool
  /// The weights.
  public let file: SafetensorsFile

  /// Reads the sizes of a network.
  ///
  /// - Parameters:
  ///   - file: the weights.
  ///   - heads: how many heads attention has; when nil, the file's metadata `heads`, else width / 64.
  ///   - epsilon: of the layer norms; when nil, the file's metadata `epsilon`, else 1e-6.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(_ file: SafetensorsFile, heads: Int? = nil, epsilon: Float? = nil) throws {
    self.file = file
    let patch = try file.shape("patch_embed.proj.weight", rank: 4)
    let positions = try file.shape("pos_embed", rank: 3)
    let hidden = try file.shape("blocks.0.mlp.fc1.weight", rank: 2)
    let width = patch[0]
    let hasClassToken = file.entry("cls_token") != nil
    let patches = positions[1] - (hasClassToken ? 1 : 0)
    let grid = Int(Double(max(0, patches)).squareRoot())
    configuration = ViTConfiguration(
      imageSize: grid * patch[2], patchSize: patch[2], width: width, depth: file.depth,
      heads: try heads ?? file.wholeNumber("heads") ?? max(1, width / 64),
      mlpWidth: hidden[0], hasClassToken: hasClassToken,
      epsilon: try epsilon ?? file.number("epsilon") ?? 1e-6)
    normalizesAfterPooling = file.entry("fc_norm.weight") != nil
    var problems = configuration.problems.map { Diagnostic("\(file.name): \($0)") }
    if grid * grid != patches {
      problems.append(
        Diagnostic("\(file.name): 'pos_embed' has \(patches) patch positions, not a square"))
    }
    if problems.isEmpty { problems = self.mismatches() }
    if !problems.isEmpty { throw DiagnosticError(problems) }
  }

  /// The head's number of classes, when there is one.
  public var classes: Int? { file.entry("head.weight")?.shape.first }
}

extension SafetensorsFile {
  /// The shape of a tensor that every Vision Transformer has.
  ///
  /// - Throws: `DiagnosticError` that says this is none.
  fileprivate func shape(_ tensor: String, rank: Int) throws -> [Int] {
    let found = entry(tensor)
    if let shape = found?.shape, shape.count == rank, !shape.contains(0) { return shape }
    let reason =
      found.map { "tensor '\(tensor)' has shape \($0.shape)" } ?? "there is no tensor '\(tensor)'"
    let first = entries.prefix(4).map(\.name).joined(separator: ", ")
    throw DiagnosticError(
      "\(name): not a Vision Transformer with timm's names: \(reason)",
      hints: [
        "expected '\(tensor)' with \(rank) axes",
        first.isEmpty ? "the file has no tensors" : "the file's first tensors are \(first)",
      ])
  }

  /// How many blocks the tensors' names speak of; a number that no file of so few tensors can
  /// reach does not count.
  fileprivate var depth: Int {
    let layers = entries.compactMap { entry -> Int? in
      let parts = entry.name.split(separator: ".")
      return parts.count > 2 && parts[0] == "blocks" ? Int(parts[1]) : nil
    }
    return (layers.filter { $0 < entries.count }.max() ?? 0) + 1
  }

  /// A whole number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  fileprivate func wholeNumber(_ key: String) throws -> Int? {
    guard let text = metadata[key] else { return nil }
    if let number = Int(text) { return number }
    throw DiagnosticError(
      "\(name): metadata '\(key)' is '\(text)'", hints: ["expected a whole number"])
  }

  /// A number of the metadata, if it is there.
  ///
  /// - Throws: `DiagnosticError` when it is something else.
  fileprivate func number(_ key: String) throws -> Float? {
    guard let text = metadata[key] else { return nil }
    if let number = Float(text) { return number }
    throw DiagnosticError("\(name): metadata '\(key)' is '\(text)'", hints: ["expected a number"])
  }
}
