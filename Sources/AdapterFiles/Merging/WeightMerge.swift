import Backbones
import Checkpoints
import PETL

/// Weights with an adapter merged into them: a file with the names, shapes and types of the one that
/// was trained on, and no trace of the adapter.
public struct WeightMerge {
  /// Into or out of the weights.
  public enum Direction: String, Sendable {
    /// The adapter's change is added.
    case merge
    /// A change that was added is taken away again.
    case unmerge
  }

  /// The names of the tensors that change, as the file has them.
  public private(set) var changed: [String] = []
  /// The head's classes before and after, where the adapter brings another head.
  public private(set) var head: (before: Int?, after: Int)?

  private let checkpoint: any NetworkTensors
  /// The names of the tensors that something is added to, as `records` has them.
  private var added: Set<String> = []
  /// Whether anything at all is to be added.
  private var asksForChange = false
  private var records: [String: StoredTensor] = [:]

  /// Merges an adapter into weights, or takes it out of them, in memory.
  ///
  /// A change beside a weight is added in single precision, as PEFT does; one before or after it is
  /// multiplied in double precision.
  ///
  /// Weights that were trained themselves take the place of the file's; positions that were trained at
  /// another image size have that size's shape then.
  ///
  /// - Parameters:
  ///   - adapters: with their values, bound to the network's weights.
  ///   - backboneWeights: the network's own weights that were trained, under timm's names.
  ///   - head: what takes the place of the file's head, [classes, width] and [classes]; nil leaves it.
  ///   - checkpoint: the weights.
  ///   - direction: into them or out of them.
  /// - Throws: `DiagnosticError` with everything that cannot be merged, or is not finite then.
  public init(
    _ adapters: AdapterSet, backboneWeights: [(name: String, parameter: Parameter)] = [],
    head: (weight: Tensor, bias: Tensor)? = nil, into checkpoint: any NetworkTensors,
    direction: Direction = .merge
  ) throws {
    self.checkpoint = checkpoint
    if direction == .unmerge {
      try Self.checkRemoval(adapters, backboneWeights: backboneWeights.map(\.name))
    }
    var refusals: [(reason: String, message: String)] = []
    // An adapter at a map whose bias was trained is merged into that.
    var values: [String: [Float]] = [:]
    let trained = Set(backboneWeights.map(\.name))
    for (name, parameter) in backboneWeights
    where checkpoint.shape(of: name) == parameter.value.shape {
      values[name] = parameter.value.values
    }
    for entry in adapters.entries {
      do {
        let change = try SiteChange(entry, in: checkpoint)
        for own in change.tensors {
          try apply(change, to: own, direction == .merge ? 1 : -1, &values)
          asksForChange = asksForChange || change.delta.values.contains { $0 != 0 }
        }
      } catch let refusal as MergeRefusal {
        refusals.append((refusal.reason, refusal.message))
      } catch let error as DiagnosticError {
        refusals += error.diagnostics.map { ($0.message, $0.message) }
      }
    }
    if !refusals.isEmpty { throw MergeRefusal.summary(refusals) }
    for (name, parameter) in backboneWeights {
      try keep(
        name, values[name] ?? parameter.value.values, shape: parameter.value.shape)
    }
    for (name, values) in values where !trained.contains(name) {
      try keep(name, values, shape: checkpoint.shape(of: name) ?? [], isAdded: true)
    }
    if let head { try replaceHead(head) }
    changed.sort()
  }

  private func apply(
    _ change: SiteChange, to own: SiteTensors, _ sign: Float, _ values: inout [String: [Float]]
  ) throws {
    let hasBias = checkpoint.shape(of: own.bias) != nil
    if let bias = change.bias, !hasBias, bias.values.contains(where: { $0 != 0 }) {
      throw DiagnosticError(
        "the file has no '\(own.bias)' that the adapter's bias could be merged into")
    }
    var weight = try values[own.weight] ?? checkpoint.values(of: own.weight)
    let rows = (checkpoint.shape(of: own.weight)?[0] ?? 0) / own.parts
    var bias =
      hasBias
      ? try values[own.bias] ?? checkpoint.values(of: own.bias)
      : [Float](repeating: 0, count: rows * own.parts)
    let width = weight.count / (rows * own.parts)
    let range = own.part * rows..<(own.part + 1) * rows
    let cells = range.lowerBound * width..<range.upperBound * width
    let result = try change.applied(
      weight: Array(weight[cells]), bias: Array(bias[range]), sign: sign)
    weight.replaceSubrange(cells, with: result.weight)
    bias.replaceSubrange(range, with: result.bias)
    values[own.weight] = weight
    if hasBias, change.bias != nil || change.side == .after { values[own.bias] = bias }
  }

  private mutating func keep(
    _ name: String, _ values: [Float], shape: [Int], isAdded: Bool = false
  ) throws {
    for tensor in checkpoint.stored(name, values, shape: shape) {
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw DiagnosticError(
          "'\(tensor.name)' would hold numbers that are not finite, so nothing is written",
          hints: ["see petl inspect on the adapter"])
      }
      records[tensor.name] = tensor
      if isAdded { added.insert(tensor.name) }
      changed.append(checkpoint.store.wrapper + tensor.name)
    }
  }

  private mutating func replaceHead(_ head: (weight: Tensor, bias: Tensor)) throws {
    let name = checkpoint is SwinCheckpoint ? "head.fc" : "head"
    guard let before = checkpoint.classes else {
      throw DiagnosticError(
        "\(checkpoint.store.name): the file has no head that the adapter's could replace",
        hints: ["--head keep merges the adapter alone"])
    }
    let classes = head.weight.shape[0]
    try keep("\(name).weight", head.weight.values, shape: head.weight.shape)
    if checkpoint.shape(of: "\(name).bias") != nil {
      try keep("\(name).bias", head.bias.values, shape: [classes])
    } else if head.bias.values.contains(where: { $0 != 0 }) {
      throw DiagnosticError(
        "\(checkpoint.store.name): the file's head has no bias, the adapter's has one",
        hints: ["--head keep merges the adapter alone"])
    }
    self.head = (before, classes)
  }

  /// The weights with what was changed.
  ///
  /// - Throws: `DiagnosticError` when a tensor holds no numbers to add to, or a number does not fit its type.
  func merged() throws -> MergedWeights {
    let store = checkpoint.store
    var changed: [TensorRecord] = []
    for (name, tensor) in records.sorted(by: { $0.key < $1.key }) {
      let type = store.entry(name)?.type ?? .f32
      guard
        let record = TensorRecord.floating(name, as: type, shape: tensor.shape, tensor.values)
      else { throw DiagnosticError("\(store.name): tensor '\(name)' holds no numbers to add to") }
      if let name = Self.overflow(record, tensor.values) {
        throw DiagnosticError(
          "'\(name)' would overflow \(type.rawValue), so nothing is written")
      }
      changed.append(record)
    }
    return MergedWeights(store, changed)
  }

  /// The weights as a safetensors file: every tensor, in its type, changed or byte for byte.
  ///
  /// - Parameter facts: what the metadata say beside what they said.
  /// - Returns: all bytes of the file.
  /// - Throws: `DiagnosticError` when a tensor cannot be read or does not fit its type.
  public func data(saying facts: [String: String] = [:]) throws -> [UInt8] {
    let store = checkpoint.store
    let all = try store.entries.map { entry -> TensorRecord in
      let own = store.wrapper + entry.name
      guard let changed = records[entry.name] else {
        return TensorRecord(
          name: own, type: entry.type, shape: entry.shape,
          bytes: try store.bytes(entry.name))
      }
      guard
        let record = TensorRecord.floating(
          own, as: entry.type, shape: changed.shape, changed.values)
      else {
        throw DiagnosticError("\(store.name): tensor '\(entry.name)' holds no numbers to add to")
      }
      if let name = Self.overflow(record, changed.values) {
        throw DiagnosticError(
          "'\(name)' would overflow \(entry.type.rawValue), so nothing is written")
      }
      return record
    }
    return try SafetensorsWriter.data(
      all, metadata: checkpoint.metadata.merging(facts) { _, fact in fact })
  }

  /// The name of a tensor in half precision that a number does not fit into: it would be rounded to
  /// infinity.
  private static func overflow(_ record: TensorRecord, _ values: [Float]) -> String? {
    let limit: Float
    switch record.type {
    case .f16: limit = 65_520
    case .bf16: limit = Float(bitPattern: 0x7F7F_8000)
    default: return nil
    }
    return values.contains { abs($0) >= limit } ? record.name : nil
  }

  /// How much of what is added is lost when it is rounded to the types of the file.
  ///
  /// - Parameter written: The tensors as they were written, by the names of the file.
  /// - Returns: ‖rounded ΔW − ΔW‖ / ‖ΔW‖ over all tensors that something is added to; nil where nothing is
  ///   rounded to half precision, or nothing is added.
  /// - Throws: `DiagnosticError` when a tensor cannot be read.
  func roundingLoss(in written: any WeightStore) throws -> Double? {
    let store = checkpoint.store
    var (lost, all) = (0.0, 0.0)
    var isRounded = false
    for name in added.sorted() {
      guard let exact = records[name]?.values, let type = store.entry(name)?.type else { continue }
      isRounded = isRounded || type == .f16 || type == .bf16
      let rounded = try written.floats(store.wrapper + name)
      for ((exact, rounded), before) in zip(zip(exact, rounded), try store.floats(name)) {
        lost += (Double(rounded) - Double(exact)) * (Double(rounded) - Double(exact))
        all += (Double(exact) - Double(before)) * (Double(exact) - Double(before))
      }
    }
    guard isRounded else { return nil }
    // A change below the last digit of single precision is lost as a whole.
    return all > 0 ? (lost / all).squareRoot() : asksForChange ? 1 : nil
  }

  /// Refuses to take out what was not simply added.
  private static func checkRemoval(_ adapters: AdapterSet, backboneWeights: [String]) throws {
    if let name = backboneWeights.first {
      throw DiagnosticError(
        "the adapter replaced '\(name)', whose old numbers are in the base weights only")
    }
    for entry in adapters.entries {
      if (entry.adapter as? any WeightBinding)?.weightUse == .always {
        throw DiagnosticError(
          "the adapter at '\(entry.site.name)' depends on the weights from before it was merged",
          hints: ["keep the base weights: they cannot be had back from these"])
      }
      if !entry.site.kind.isLinear || entry.placement != .parallel {
        throw DiagnosticError(
          "the adapter at '\(entry.site.name)' was multiplied into the weights, not added",
          hints: ["keep the base weights: they cannot be had back from these"])
      }
    }
  }
}
