import PETL

/// A model whose tensors lie in several safetensors files, with an index that says which is where:
/// `model.safetensors.index.json` as transformers writes it.
///
/// Strict: every shard that is named exists, holds every tensor that the index puts there, and no
/// other. All faults are reported at once.
public final class ShardedSafetensors: WeightStore {
  /// The path of the index as it was given.
  public let name: String
  /// The tensors of all shards, sorted by name.
  public let entries: [TensorEntry]
  /// What the index says in `metadata`, numbers as text.
  public let metadata: [String: String]

  private let shards: [String: SafetensorsFile]
  private let places: [ExactName: (entry: Int, shard: String)]

  /// Opens an index and every shard that it names, which lie in the folder of the index.
  ///
  /// - Throws: `DiagnosticError` with everything that is wrong with index and shards.
  public init(index path: String) throws {
    let index = try ShardIndex(path: path)
    var (shards, faults): ([String: SafetensorsFile], [Diagnostic]) = ([:], [])
    for shard in Set(index.shards.map(\.file)).sorted() {
      try faults.collect {
        shards[shard] = try SafetensorsFile(path: "\(folder(of: path))/\(shard)")
      }
    }
    var entries: [(entry: TensorEntry, shard: String)] = []
    for (tensor, shard) in index.shards {
      guard let file = shards[shard] else { continue }
      if let entry = file.entry(tensor) {
        entries.append((entry, shard))
      } else {
        let owner = shards.sorted { $0.key < $1.key }.first { $0.value.entry(tensor) != nil }
        faults.append(
          Diagnostic(
            "\(path): tensor `\(tensor)` should be in \(shard), which does not hold it",
            hints: owner.map { ["it is in \($0.key)"] } ?? []))
      }
    }
    let named = Dictionary(
      uniqueKeysWithValues: index.shards.map { (ExactName($0.tensor), $0.file) })
    for (shard, file) in shards.sorted(by: { $0.key < $1.key }) {
      for entry in file.entries where named[ExactName(entry.name)] != shard {
        let place = named[ExactName(entry.name)].map { "puts it in \($0)" } ?? "does not name it"
        faults.append(
          Diagnostic("\(file.name): tensor `\(entry.name)` is unexpected: the index \(place)"))
      }
    }
    try faults.throwIfAny()
    entries.sort { ExactName($0.entry.name) < ExactName($1.entry.name) }
    name = path
    metadata = index.metadata
    self.shards = shards
    self.entries = entries.map(\.entry)
    places = Dictionary(
      uniqueKeysWithValues: entries.enumerated().map {
        (ExactName($1.entry.name), ($0, $1.shard))
      })
  }

  /// The tensor called `name`, compared byte by byte, or nil; its bytes are counted in its own shard.
  public func entry(_ name: String) -> TensorEntry? {
    places[ExactName(name)].map { entries[$0.entry] }
  }

  /// The bytes of a tensor: row-major, little-endian.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor.
  public func bytes(_ name: String) throws -> [UInt8] { try shard(of: name).bytes(name) }

  /// The numbers of a floating-point tensor in row-major order, as `SafetensorsFile` gives them.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is no floating-point type.
  public func floats(_ name: String) throws -> [Float] { try shard(of: name).floats(name) }

  private func shard(of name: String) throws -> SafetensorsFile {
    if let place = places[ExactName(name)], let file = shards[place.shard] { return file }
    _ = try required(name)
    throw DiagnosticError("\(self.name): there is no tensor `\(name)`")
  }
}
