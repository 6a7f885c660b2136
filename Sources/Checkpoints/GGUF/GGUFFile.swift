import PETL

/// A GGUF file of version 2 or 3, memory mapped and checked in full before any tensor is handed out.
///
/// As a `WeightStore` it has the names of the file; quantised tensors are handed out in single precision.
public final class GGUFFile: Sendable {
  /// The path as it was given, or the name of the bytes.
  public let name: String
  /// The version of the format.
  public let version: Int
  /// Where tensors are aligned, in bytes.
  public let alignment: Int
  /// The keys and their values, in the order of the file.
  public let keyValues: [GGUFKeyValue]
  /// The tensors, in the order of the file.
  public let tensors: [GGUFTensor]
  /// The tensors as a store tells them, sorted by name.
  public let entries: [TensorEntry]

  private let store: ByteStore
  private let places: [ExactName: Int]
  private let keys: [ExactName: Int]

  /// Maps the file at `path` and checks its header.
  ///
  /// - Throws: `DiagnosticError` if the file cannot be read or breaks the format.
  public convenience init(path: String) throws {
    try self.init(ByteStore(mapping: path), name: path)
  }

  /// Reads a file that is already in memory, called `name` in errors.
  ///
  /// - Throws: `DiagnosticError` if the bytes break the format.
  public convenience init(bytes: [UInt8], name: String) throws {
    try self.init(ByteStore(bytes: bytes), name: name)
  }

  private init(_ store: ByteStore, name: String) throws {
    let header = try GGUFHeader(of: store, name: name)
    (self.name, self.store) = (name, store)
    (version, alignment) = (header.version, header.alignment)
    (keyValues, tensors) = (header.keyValues, header.tensors)
    places = Dictionary(
      uniqueKeysWithValues: header.tensors.enumerated().map { (ExactName($1.name), $0) })
    keys = Dictionary(
      uniqueKeysWithValues: header.keyValues.enumerated().map { (ExactName($1.key), $0) })
    entries = header.tensors.map {
      TensorEntry(name: $0.name, type: $0.type.scalar, shape: $0.shape, byteRange: $0.byteRange)
    }.sorted { ExactName($0.name) < ExactName($1.name) }
  }

  /// The value of a key, or nil.
  public func value(_ key: String) -> GGUFValue? {
    keys[ExactName(key)].map { keyValues[$0].value }
  }

  /// The tensor of that name, compared byte by byte, or nil.
  public func tensor(_ name: String) -> GGUFTensor? {
    places[ExactName(name)].map { tensors[$0] }
  }

  /// The tensor of that name.
  ///
  /// - Throws: `DiagnosticError` if there is none; it names the nearest.
  public func requiredTensor(_ name: String) throws -> GGUFTensor {
    if let tensor = tensor(name) { return tensor }
    _ = try required(name)
    throw DiagnosticError("\(self.name): there is no tensor `\(name)`")
  }

  /// The bytes of a tensor as they are in the file: row-major, little-endian, quantised ones in blocks.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor; it names the nearest.
  public func storedBytes(_ name: String) throws -> [UInt8] {
    store.values(try requiredTensor(name).byteRange, as: UInt8.self)
  }
}

extension GGUFFile: WeightStore {
  /// The keys whose values fit a line; arrays are cut.
  public var metadata: [String: String] {
    Dictionary(keyValues.map { ($0.key, $0.value.summary) }) { first, _ in first }
  }

  /// The tensor of that name, or nil; its type is F32 where it is quantised.
  public func entry(_ name: String) -> TensorEntry? {
    tensor(name).map {
      TensorEntry(name: $0.name, type: $0.type.scalar, shape: $0.shape, byteRange: $0.byteRange)
    }
  }

  /// The numbers of a tensor in row-major order, quantised ones unpacked.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is not read here.
  public func floats(_ name: String) throws -> [Float] {
    let tensor = try requiredTensor(name)
    if tensor.type == .f64 {
      return store.values(tensor.byteRange, as: Double.self).map(Float.init)
    }
    guard let format = tensor.type.format else { throw unreadable(tensor) }
    return format.unpacked(store.values(tensor.byteRange, as: UInt8.self))
  }

  /// The bytes of a tensor, row-major and little-endian; of a quantised one those of its numbers in single
  /// precision.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or it is quantised in a way that is not read.
  public func bytes(_ name: String) throws -> [UInt8] {
    let tensor = try requiredTensor(name)
    if tensor.type.blockLength == 1 { return store.values(tensor.byteRange, as: UInt8.self) }
    return ByteStore.bytes(of: try floats(name))
  }

  private func unreadable(_ tensor: GGUFTensor) -> DiagnosticError {
    let known = GGUFTensorType.allCases.filter(\.isReadable).map(\.name)
    return DiagnosticError(
      "\(name): tensor `\(tensor.name)` is \(tensor.type.name), whose numbers are not read here",
      hints: [
        "read are \(known.joined(separator: ", ")); quantise the original weights to one of them"
      ])
  }
}

extension GGUFFile: BlockStore {
  /// A tensor of two axes, in its blocks.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or its type is not read here.
  package func blocks(_ name: String) throws -> BlockMatrix? {
    let tensor = try requiredTensor(name)
    guard tensor.shape.count == 2, tensor.shape[1] > 0, tensor.type != .f64 else { return nil }
    guard let format = tensor.type.format else { throw unreadable(tensor) }
    return BlockMatrix(
      format: format, rows: tensor.shape[0], columns: tensor.shape[1],
      bytes: store.values(tensor.byteRange, as: UInt8.self))
  }

  /// The type of a tensor as the file names it, such as Q4_K.
  package func storedType(_ name: String) -> String? { tensor(name)?.type.name }

  /// Whether the numbers of a tensor are floating-point numbers that are read here.
  package func isReadable(_ name: String) -> Bool { tensor(name)?.type.isReadable ?? false }
}
