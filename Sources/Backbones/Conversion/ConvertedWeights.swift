public import Checkpoints
import PETL

/// A network's weights under another library's names.
public struct ConvertedWeights {
  /// The tensors, in the types of the file that they are from.
  public let records: [TensorRecord]
  /// What the file says of itself.
  public let metadata: [String: String]
  /// The description that belongs beside them, where the library has one.
  public let description: JSONValue?
  /// What the user should know, a sentence each.
  public let notes: [Note]

  /// Translates weights.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights.
  ///   - target: the names to give them, of the same family of networks.
  ///   - type: the type of all numbers; nil for those that they have.
  /// - Throws: `DiagnosticError` with every tensor that those names have no place for.
  public init(
    _ checkpoint: any BackboneCheckpoint, to target: WeightNaming, type: ScalarType? = nil
  ) throws {
    var source: Self.Source
    if let vit = checkpoint as? ViTCheckpoint {
      source = try Self.source(vit, target)
      description = try vit.description(for: target)
      metadata = vit.metadata(for: target).merging(["format": "pt"]) { own, _ in own }
    } else if let swin = checkpoint as? SwinCheckpoint {
      source = Source(tensors: swin.configuration.tensors(), head: "head.fc", heads: 1)
      for (name, _) in source.tensors { source.values[name] = try swin.values(of: name) }
      description = try swin.description(for: target)
      metadata = swin.sizeMetadata.merging(["format": "pt"]) { own, _ in own }
    } else {
      throw DiagnosticError("\(checkpoint.store.name): these weights cannot be converted")
    }
    let known = checkpoint is SwinCheckpoint ? WeightNaming.swins : WeightNaming.all
    guard known.contains(where: { $0.id == target.id }) else {
      throw DiagnosticError(
        "'\(target.id)' are names of another network than these weights are of",
        hints: ["expected one of \(known.map(\.id).joined(separator: ", "))"])
    }
    // A file of timm's names may well be loaded without the description.
    let mayBeAlone = description == nil || target.id == WeightNaming.timm.id
    var notes = mayBeAlone ? Self.lost(checkpoint, target, metadata) : []
    try source.addHead(checkpoint, target, &notes)
    var problems: [Diagnostic] = []
    var records: [TensorRecord] = []
    for (name, shape) in source.tensors {
      guard let place = target.place(name, prefix: target.writtenPrefix) else {
        problems.append(
          Diagnostic("the names of \(target.summary) have no place for '\(name)' \(shape)"))
        continue
      }
      let own = type ?? checkpoint.type(of: name)
      var part = shape
      part[0] /= place.names.count
      let count = part.reduce(1, *)
      let values = source.values[name] ?? []
      for (index, stored) in place.names.enumerated() {
        let cells = Array(values[index * count..<(index + 1) * count])
        let record = TensorRecord.floating(
          stored, as: own, shape: place.layout.stored(part, heads: source.heads),
          place.layout.write(cells, shape: part))
        if let record { records.append(record) }
      }
    }
    try problems.throwIfAny()
    if target.id == WeightNaming.huggingFaceDINOv2.id, let width = checkpoint.width {
      // Only pre-training uses it, but transformers speaks of a missing one.
      let mask = [Float](repeating: 0, count: width)
      records.append(.float32("embeddings.mask_token", shape: [1, width], mask))
    }
    self.records = records
    let wrapper = checkpoint.store.wrapper
    self.notes = (wrapper.isEmpty ? [] : [Note(Wrapper.note(wrapper, "tensors"))]) + notes
  }

  /// What the tensors do not say, and whoever loads them must.
  private static func lost(
    _ checkpoint: any BackboneCheckpoint, _ target: WeightNaming, _ metadata: [String: String]
  ) -> [Note] {
    guard let vit = checkpoint as? ViTCheckpoint else { return [] }
    let own = vit.configuration
    var notes: [Note] = []
    let usual: Float = own.normalizesFirst ? 1e-5 : target.epsilon
    if own.epsilon != usual {
      notes.append(
        "the layer norms have ε = \(own.epsilon), not the usual \(usual): say so where they are loaded"
      )
    }
    if own.activation == .quickGELU {
      notes.append("the MLPs have quick GELU: choose a model that has it")
    } else if own.activation != .gelu {
      notes.append("the MLPs have \(own.activation.rawValue): say so where they are loaded")
    }
    if metadata["pooling"] != nil {
      notes.append("the feature is \(vit.pooling.rawValue): say so where they are loaded")
    }
    if own.heads != max(1, own.width / 64) {
      notes.append("attention has \(own.heads) heads: say so where they are loaded")
    }
    return notes
  }

  /// What is to be written, under timm's names.
  struct Source {
    var tensors: [(name: String, shape: [Int])]
    var values: [String: [Float]] = [:]
    let head: String
    let heads: Int

    /// Adds the head where the names have a place for it.
    mutating func addHead(
      _ checkpoint: any BackboneCheckpoint, _ target: WeightNaming, _ notes: inout [Note]
    ) throws {
      guard let shape = checkpoint.shape(of: "\(head).weight") else { return }
      guard target.place("\(head).weight", prefix: target.writtenPrefix) != nil else {
        notes.append("the head is left out: \(target.summary) has no place for it")
        return
      }
      tensors.append(("\(head).weight", shape))
      values["\(head).weight"] = try checkpoint.values(of: "\(head).weight")
      let hasPlace = target.place("\(head).bias", prefix: target.writtenPrefix) != nil
      let bias =
        checkpoint.shape(of: "\(head).bias") == nil
        ? [Float](repeating: 0, count: shape[0]) : try checkpoint.values(of: "\(head).bias")
      // A projection has none; one that is zero is not missed.
      if hasPlace || bias.contains(where: { $0 != 0 }) {
        tensors.append(("\(head).bias", [shape[0]]))
        values["\(head).bias"] = bias
      }
    }
  }

  /// The tensors of a Vision Transformer as the target has them: class token and registers take their
  /// positions along where it has none for them, and get ones of zero where it has.
  private static func source(
    _ vit: ViTCheckpoint, _ target: WeightNaming
  ) throws -> Source {
    var configuration = vit.configuration
    var source = Source(tensors: [], head: "head", heads: configuration.heads)
    let names = vit.configuration.tensors(normalizingAfterPooling: vit.normalizesAfterPooling)
    for (name, _) in names { source.values[name] = try vit.values(of: name) }
    let width = configuration.width
    let isTIMM = target.id == WeightNaming.timm.id
    if configuration.registers > 0 || configuration.unpositioned > 0 && !isTIMM {
      // All others have a position for the class token and none for registers, timm may for neither.
      let wanted = isTIMM ? configuration.prefixTokens : configuration.registers
      var positions = source.values["pos_embed"] ?? []
      while configuration.unpositioned < wanted {
        // The last token of the prefix that has a position takes it.
        let index = configuration.prefixTokens - configuration.unpositioned - 1
        let own = Array(positions[index * width..<(index + 1) * width])
        let isClass = configuration.hasClassToken && index == 0
        let token = isClass ? "cls_token" : "reg_token"
        let start = isClass ? 0 : (index - (configuration.hasClassToken ? 1 : 0)) * width
        for column in 0..<width { source.values[token]?[start + column] += own[column] }
        positions.removeSubrange(index * width..<(index + 1) * width)
        configuration.unpositioned += 1
      }
      while configuration.unpositioned > wanted {
        let index = configuration.prefixTokens - configuration.unpositioned
        positions.insert(contentsOf: [Float](repeating: 0, count: width), at: index * width)
        configuration.unpositioned -= 1
      }
      source.values["pos_embed"] = positions
    }
    if target.id == WeightNaming.huggingFaceDINOv2.id, !configuration.hasLayerScale {
      // Its blocks always have scales, which are 1 here.
      configuration.hasLayerScale = true
      for layer in 0..<configuration.depth {
        for branch in ["ls1", "ls2"] {
          source.values["blocks.\(layer).\(branch).gamma"] = [Float](repeating: 1, count: width)
        }
      }
    }
    source.tensors = configuration.tensors(normalizingAfterPooling: vit.normalizesAfterPooling)
    return source
  }
}

extension BackboneCheckpoint {
  /// The width of a Vision Transformer's tokens.
  fileprivate var width: Int? { (self as? ViTCheckpoint)?.configuration.width }

  /// The type of one of timm's tensors in the file.
  fileprivate func type(of name: String) -> ScalarType {
    guard let shape = shape(of: name) else { return .f32 }
    let count = shape.reduce(1, *)
    let stored = stored(name, [Float](repeating: 0, count: count), shape: shape).first
    return stored.flatMap { store.entry($0.name)?.type } ?? .f32
  }
}
