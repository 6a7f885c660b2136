import Checkpoints
import PETL

/// A Vision Transformer's weights in a safetensors file with timm's names: its sizes as the tensors
/// show them, and the checks that nothing is missing, unexpected or misshaped.
public struct ViTCheckpoint {
  /// The sizes, at the image size that the weights were trained for.
  public let configuration: ViTConfiguration
  /// Whether the final norm comes after pooling (`fc_norm`).
  let normalizesAfterPooling: Bool
  private let file: SafetensorsFile

  /// Reads the sizes of a network.
  ///
  /// - Parameters:
  ///   - file: the weights.
  ///   - heads: how many heads attention has; when nil, the file's metadata `heads`, else width / 64.
  ///   - epsilon: of the layer norms; when nil, the file's metadata `epsilon`, else 1e-6.
  /// - Throws: `DiagnosticError` with every tensor that is missing, unexpected or misshaped.
  public init(_ file: SafetensorsFile, heads: Int? = nil, epsilon: Float? = nil) throws {
    self.file = file
    func shape(_ name: String, _ rank: Int) throws -> [Int] {
      guard let entry = file.entry(name), entry.shape.count == rank else {
        let found = file.entry(name).map { " of shape \($0.shape)" } ?? ""
        throw DiagnosticError(
          "\(file.name): not a Vision Transformer with timm's names: "
            + (found.isEmpty ? "there is no tensor '\(name)'" : "tensor '\(name)' is\(found)"),
          hints: ["expected '\(name)' with \(rank) axes; the file's first tensors are "
            + file.entries.prefix(4).map(\.name).joined(separator: ", ")])
      }
      return entry.shape
    }
    let patch = try shape("patch_embed.proj.weight", 4)
    let positions = try shape("pos_embed", 3)
    let hidden = try shape("blocks.0.mlp.fc1.weight", 2)
    let width = patch[0]
    let hasClassToken = file.entry("cls_token") != nil
    let patches = positions[1] - (hasClassToken ? 1 : 0)
    let grid = Int(Double(max(0, patches)).squareRoot())
    let layers = file.entries.compactMap { entry -> Int? in
      let parts = entry.name.split(separator: ".")
      return parts.count > 2 && parts[0] == "blocks" ? Int(parts[1]) : nil
    }
    configuration = ViTConfiguration(
      imageSize: grid * patch[2], patchSize: patch[2], width: width, depth: (layers.max() ?? 0) + 1,
      heads: heads ?? file.metadata["heads"].flatMap { Int($0) } ?? max(1, width / 64),
      mlpWidth: hidden[0], hasClassToken: hasClassToken,
      epsilon: epsilon ?? file.metadata["epsilon"].flatMap { Float($0) } ?? 1e-6)
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

  private func mismatches() -> [Diagnostic] {
    var problems: [Diagnostic] = []
    let expected = configuration.tensors(normalizingAfterPooling: normalizesAfterPooling)
    var known = Set(expected.map(\.name))
    for (name, shape) in expected {
      guard let entry = file.entry(name) else {
        problems.append(
          Diagnostic("\(file.name): tensor '\(name)' is missing", hints: ["expected \(shape)"]))
        continue
      }
      if entry.shape != shape {
        problems.append(
          Diagnostic(
            "\(file.name): tensor '\(name)' has shape \(entry.shape)", hints: ["expected \(shape)"]
          ))
      }
    }
    if let classes {
      known.formUnion(["head.weight", "head.bias"])
      for (name, shape) in [
        ("head.weight", [classes, configuration.width]), ("head.bias", [classes]),
      ] where file.entry(name)?.shape != shape {
        let found = file.entry(name).map { "has shape \($0.shape)" } ?? "is missing"
        problems.append(
          Diagnostic("\(file.name): tensor '\(name)' \(found)", hints: ["expected \(shape)"]))
      }
    }
    for entry in file.entries where !known.contains(entry.name) {
      let nearest = nearestName(to: entry.name, among: known).map { ["nearest known: \($0)"] } ?? []
      problems.append(
        Diagnostic("\(file.name): tensor '\(entry.name)' is unexpected", hints: nearest))
    }
    return problems
  }

  /// The sizes at an image size; that of the weights when it is nil.
  ///
  /// - Throws: `DiagnosticError` when the patches do not divide it.
  public func configuration(imageSize: Int?) throws -> ViTConfiguration {
    var target = configuration
    target.imageSize = imageSize ?? configuration.imageSize
    if let problem = target.problems.first {
      throw DiagnosticError(problem, hints: ["choose a multiple of \(configuration.patchSize)"])
    }
    return target
  }

  /// The frozen network.
  ///
  /// - Parameters:
  ///   - imageSize: the side of the images in pixels, a multiple of the patch; when it is not the
  ///     weights' own, the position embeddings are resampled as timm does (bicubic, antialias) and
  ///     `notes` says so.
  ///   - dropPath: the last block's drop-path while training.
  /// - Throws: `DiagnosticError` when a tensor cannot be read or the size does not fit.
  public func network(imageSize: Int? = nil, dropPath: Double = 0) throws -> ViT {
    let target = try configuration(imageSize: imageSize)
    var tensors: [String: Tensor] = [:]
    for entry in file.entries {
      tensors[entry.name] = Tensor(try file.floats(entry.name), shape: entry.shape)
    }
    var notes: [String] = []
    if target.gridSize != configuration.gridSize, let positions = tensors["pos_embed"] {
      tensors["pos_embed"] = resampled(positions, to: target)
      let (from, to) = (configuration.gridSize, target.gridSize)
      notes.append(
        "position embeddings resampled from \(from)×\(from) to \(to)×\(to) (bicubic, antialias) "
          + "for images of \(target.imageSize) px")
    }
    let head = tensors["head.weight"].flatMap { w in tensors["head.bias"].map { (w, $0) } }
    let weights = WeightProvider(areTrained: false) { name, shape in
      tensors[name] ?? .zeros(shape)
    }
    return ViT(
      target, weights: weights, dropPath: dropPath,
      normalizesAfterPooling: normalizesAfterPooling, pretrainedHead: head, notes: notes)
  }

  private func resampled(_ positions: Tensor, to target: ViTConfiguration) -> Tensor {
    let width = configuration.width
    let prefix = configuration.hasClassToken ? 1 : 0
    let values = positions.values
    let grid = resampleBicubicAntialiased(
      Array(values[(prefix * width)...]), height: configuration.gridSize,
      width: configuration.gridSize, channels: width, to: (target.gridSize, target.gridSize))
    return Tensor(
      Array(values[..<(prefix * width)]) + grid, shape: [1, target.tokens, width])
  }
}
