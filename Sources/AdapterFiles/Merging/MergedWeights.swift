import Checkpoints
import PETL

/// The tensors of a file, some of them changed, some perhaps added or called otherwise.
struct MergedWeights: WeightStore {
  let entries: [TensorEntry]
  private let base: any WeightStore
  /// The tensors that are not those of the file, by their new names.
  private var changed: [String: TensorRecord] = [:]
  /// The names in the file of the others, by their new names.
  private var sources: [String: String] = [:]
  private let byName: [String: TensorEntry]

  /// Changes tensors of a file.
  ///
  /// - Parameters:
  ///   - base: The file.
  ///   - records: What takes the place of tensors of the file.
  ///   - added: What is there beside them, or in the place of tensors with these new names.
  ///   - renamed: The new name of a tensor of the file; nil leaves it out.
  init(
    _ base: any WeightStore, _ records: [TensorRecord], adding added: [TensorRecord] = [],
    renaming renamed: (String) -> String? = { $0 }
  ) {
    self.base = base
    let own = Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0) })
    var entries: [String: TensorEntry] = [:]
    func entry(_ name: String, _ type: ScalarType, _ shape: [Int]) -> TensorEntry {
      TensorEntry(name: name, type: type, shape: shape, byteRange: 0..<0)
    }
    for old in base.entries {
      guard let name = renamed(old.name) else { continue }
      if let record = own[old.name] {
        changed[name] = record
        entries[name] = entry(name, record.type, record.shape)
      } else {
        sources[name] = old.name
        entries[name] = entry(name, old.type, old.shape)
      }
    }
    for record in added {
      changed[record.name] = record
      sources[record.name] = nil
      entries[record.name] = entry(record.name, record.type, record.shape)
    }
    self.entries = entries.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    byName = entries
  }

  var name: String { base.name }
  var metadata: [String: String] { base.metadata }

  func entry(_ name: String) -> TensorEntry? { byName[name] }

  func floats(_ name: String) throws -> [Float] {
    guard let record = changed[name] else { return try base.floats(source(name)) }
    let file = try SafetensorsFile(
      bytes: SafetensorsWriter.data([record], metadata: [:]), name: self.name)
    return try file.floats(record.name)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try changed[name]?.bytes ?? base.bytes(source(name))
  }

  private func source(_ name: String) throws -> String {
    _ = try required(name)
    return sources[name] ?? name
  }

  /// The same tensors with others beside them, and other names; nil leaves one out.
  func adding(_ added: [TensorRecord], renaming renamed: (String) -> String?) -> MergedWeights {
    MergedWeights(self, [], adding: added, renaming: renamed)
  }
}
