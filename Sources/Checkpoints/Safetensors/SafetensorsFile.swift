import PETL

/// A safetensors file, memory mapped and checked in full before any tensor is handed out.
public final class SafetensorsFile: Sendable {
  /// The path as it was given, or the name of the bytes.
  public let name: String
  /// The string pairs of `__metadata__`; empty if there is none.
  public let metadata: [String: String]
  /// The tensors, sorted by name.
  public let entries: [TensorEntry]

  private let store: ByteStore
  private let bufferStart: Int
  private let places: [ExactName: Int]

  /// Maps the file at `path` and checks its header.
  ///
  /// - Throws: `DiagnosticError` if the file cannot be read, is a pickle, or breaks the format.
  public convenience init(path: String) throws {
    try self.init(ByteStore(mapping: path), name: path)
  }

  /// Reads a file that is already in memory, called `name` in errors.
  ///
  /// - Throws: `DiagnosticError` if the bytes are a pickle or break the format.
  public convenience init(bytes: [UInt8], name: String) throws {
    try self.init(ByteStore(bytes: bytes), name: name)
  }

  private init(_ store: ByteStore, name: String) throws {
    try refusePickle(name, store)
    let header = try SafetensorsHeader(of: store, name: name)
    self.name = name
    self.store = store
    metadata = header.metadata
    entries = header.entries
    bufferStart = header.bufferStart
    places = Dictionary(
      uniqueKeysWithValues: header.entries.enumerated().map { (ExactName($1.name), $0) })
  }

  /// The tensor called `name`, compared byte by byte, or nil.
  public func entry(_ name: String) -> TensorEntry? {
    places[ExactName(name)].map { entries[$0] }
  }

  /// The bytes of a tensor as they are in the file: row-major, little-endian.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor; it names the nearest.
  public func bytes(_ name: String) throws -> [UInt8] {
    values(of: try required(name), as: UInt8.self)
  }

  /// The numbers of a tensor whose type is as wide as `Value`.
  func values<Value: BitwiseCopyable>(of entry: TensorEntry, as type: Value.Type) -> [Value] {
    let start = bufferStart + entry.byteRange.lowerBound
    return store.values(start..<start + entry.byteRange.count, as: type)
  }
}
