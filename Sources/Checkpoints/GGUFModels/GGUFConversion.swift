import PETL

/// Weights with Hugging Face's names, and the configuration beside them, made into a GGUF file that
/// llama.cpp loads.
///
/// Norms, biases and positions are written in single precision, matrices as asked for.
public struct GGUFConversion {
  /// The family of networks.
  public let architecture: GGUFArchitecture
  /// The keys of the file.
  public let keyValues: [GGUFKeyValue]
  /// The tensors of the file.
  public let records: [GGUFRecord]
  /// What the user should know.
  public let notes: [Note]

  /// Plans a file; tensors are read when they are written.
  ///
  /// - Parameters:
  ///   - store: the weights, under Hugging Face's names.
  ///   - configuration: of config.json.
  ///   - type: of matrices: F32, F16, BF16 or Q8_0; a matrix whose rows are no whole blocks is F16 then.
  ///   - tokenizer: the keys of the tokenizer and the network's name, as they are written; those that begin
  ///     with `general.` come first.
  /// - Throws: `DiagnosticError` when the configuration is of another network, or asks for what GGUF has no
  ///   key for, and with every tensor that has no name in GGUF.
  public init(
    _ store: any WeightStore, configuration: JSONValue, type: GGUFTensorType,
    tokenizer: [GGUFKeyValue] = []
  ) throws {
    guard let fileType = Self.fileTypes[type] else {
      throw DiagnosticError(
        "weights are not written as \(type.name)", hints: ["written are F32, F16, BF16 and Q8_0"])
    }
    let description = try GGUFDescription(configuration, name: store.name)
    var (found, notes, faults): ([(GGUFTensorName, TensorEntry)], [Note], [Diagnostic]) = (
      [], [], []
    )
    for entry in store.entries where !Self.isBuffer(entry.name) {
      if entry.name == "lm_head.weight", description.isTied {
        notes.append(Note("`lm_head.weight` is the table of embeddings and not written twice"))
      } else if let name = GGUFTensorName(
        entry.name, among: description.architecture.modules, by: \.library)
      {
        found.append((name, entry))
      } else {
        faults.append(
          Diagnostic(
            "\(store.name): tensor `\(entry.name)` has no name in a GGUF file of a \(description.architecture.rawValue)"
          ))
      }
    }
    var records: [GGUFRecord] = []
    for (name, entry) in Self.ordered(found, description.architecture) {
      try faults.collect {
        records.append(try Self.record(name, entry, in: store, as: type, description))
      }
      if entry.shape.count == 2, type == .q80, records.last?.type == .f16 {
        notes.append(
          Note("`\(name.gguf)` is written as F16: its rows are no whole blocks of Q8_0"))
      }
    }
    if let divisors = description.divisors {
      records.insert(
        try GGUFRecord(name: "rope_freqs.weight", as: .f32, shape: [divisors.count]) { divisors },
        at: 0)
    }
    try faults.throwIfAny()
    architecture = description.architecture
    let general = tokenizer.filter { $0.key.hasPrefix("general.") }
    keyValues =
      [.init("general.architecture", .string(architecture.rawValue))]
      + general.filter { !Self.own.contains($0.key) } + description.keyValues
      + [.init("general.file_type", .uint32(fileType))]
      + tokenizer.filter { !$0.key.hasPrefix("general.") }
      + [.init("general.quantization_version", .uint32(2))]
    self.records = records
    self.notes = notes
  }

  /// Writes the file, a tensor at a time.
  ///
  /// - Throws: `DiagnosticError` when a tensor cannot be read, or the file not be written.
  public func write(to path: String) throws {
    try GGUFWriter(keyValues, tensors: records).write(to: path)
  }

  private static let fileTypes: [GGUFTensorType: UInt32] = [.f32: 0, .f16: 1, .q80: 7, .bf16: 32]

  /// The keys that this writes itself.
  private static let own = [
    "general.architecture", "general.file_type", "general.quantization_version",
    "general.alignment",
  ]

  /// Tensors of old files that are no weights.
  private static func isBuffer(_ name: String) -> Bool {
    [".rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias"].contains { name.hasSuffix($0) }
  }

  /// The tables first, then layer after layer, then the head.
  private static func ordered(
    _ found: [(GGUFTensorName, TensorEntry)], _ architecture: GGUFArchitecture
  ) -> [(GGUFTensorName, TensorEntry)] {
    let places = Dictionary(
      architecture.modules.enumerated().map { ($1.gguf, $0) }
    ) { first, _ in first }
    func key(_ name: GGUFTensorName) -> (Int, Int, Int) {
      let isEnd = name.gguf.hasPrefix("output")
      let part = name.layer ?? (isEnd ? Int.max : -1)
      return (part, places[name.module.gguf] ?? 0, name.suffix == "weight" ? 0 : 1)
    }
    return found.sorted { key($0.0) < key($1.0) }
  }

  private static func record(
    _ name: GGUFTensorName, _ entry: TensorEntry, in store: any WeightStore,
    as wanted: GGUFTensorType, _ description: GGUFDescription
  ) throws -> GGUFRecord {
    let isTable = name.module.gguf == "position_embd"
    var shape = entry.shape
    if name.change == .transposed {
      guard shape.count == 2 else {
        throw DiagnosticError("\(store.name): tensor `\(entry.name)` is \(shape), no matrix")
      }
      shape.reverse()
    }
    let order = try order(name, entry, in: store, description)
    var type = shape.count == 2 && !isTable ? wanted : .f32
    if let row = shape.last, row % type.blockLength != 0 { type = .f16 }
    return try GGUFRecord(name: name.gguf, as: type, shape: shape) {
      let values = try store.floats(entry.name)
      switch name.change {
      case .plain: return values
      case .oneMore: return values.map { $0 + 1 }
      case .query, .key:
        let width = values.count / order.count
        return order.flatMap { values[$0 * width..<($0 + 1) * width] }
      case .transposed:
        let (rows, columns) = (shape[0], shape[1])
        return (0..<values.count).map { values[$0 % columns * rows + $0 / columns] }
      }
    }
  }

  /// The row of Hugging Face's that each row of the file is; empty where they are in the same order.
  private static func order(
    _ name: GGUFTensorName, _ entry: TensorEntry, in store: any WeightStore,
    _ description: GGUFDescription
  ) throws -> [Int] {
    guard [.query, .key].contains(name.change) else { return [] }
    let heads = name.change == .query ? description.heads : description.keyHeads
    let rows = heads * description.headWidth
    guard entry.shape.first == rows, description.headWidth % 2 == 0 else {
      throw DiagnosticError(
        "\(store.name): tensor `\(entry.name)` is \(entry.shape), expected \(rows) rows: heads of \(description.headWidth)"
      )
    }
    return GGUFRotation.libraryRows(heads: heads, width: description.headWidth)
  }
}
