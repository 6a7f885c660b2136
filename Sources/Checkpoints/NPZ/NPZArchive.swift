import PETL

/// An `.npz` file, as `numpy.savez` and `numpy.savez_compressed` write it and JAX models are kept in:
/// memory mapped, each tensor inflated when it is asked for.
///
/// Every header is checked before the first tensor is handed out. Arrays of Python objects, records,
/// big-endian numbers and Fortran order are refused, all of them at once.
public final class NPZArchive: WeightStore {
  /// The path as it was given.
  public let name: String
  /// The tensors, sorted by name; names are those of the members without `.npy`.
  public let entries: [TensorEntry]
  /// Empty: the format has no place for it.
  public var metadata: [String: String] { [:] }

  private let archive: ZipArchive
  private let places: [ExactName: (entry: Int, member: Int)]

  /// Maps the file at `path` and checks its directory and headers.
  ///
  /// - Throws: `DiagnosticError` if the file cannot be read, or breaks the format.
  public convenience init(path: String) throws {
    try self.init(ByteStore(mapping: path), name: path)
  }

  /// Reads a file that is already in memory, called `name` in errors.
  ///
  /// - Throws: `DiagnosticError` if the bytes break the format.
  public convenience init(bytes: [UInt8], name: String) throws {
    try self.init(ByteStore(bytes: bytes), name: name)
  }

  init(_ store: ByteStore, name: String) throws {
    let archive = try ZipArchive(store, name: name)
    if archive.members.contains(where: { $0.name.hasSuffix(".pkl") }) {
      throw pickleError(
        name, "this is a zip archive that `torch.save` wrote around a Python pickle")
    }
    var found: [(entry: TensorEntry, member: Int)] = []
    var faults: [Diagnostic] = []
    for (index, member) in archive.members.enumerated() {
      try faults.collect {
        found.append((try Self.entry(member, in: archive), index))
      }
    }
    try faults.throwIfAny()
    try Inflation(archive.members).require(of: name)
    found.sort { ExactName($0.entry.name) < ExactName($1.entry.name) }
    self.name = name
    self.archive = archive
    entries = found.map(\.entry)
    places = Dictionary(
      uniqueKeysWithValues: found.enumerated().map {
        (ExactName($1.entry.name), ($0, $1.member))
      })
  }

  private static func entry(_ member: ZipMember, in archive: ZipArchive) throws -> TensorEntry {
    guard member.name.hasSuffix(".npy") else {
      throw DiagnosticError(
        "\(archive.name): member `\(member.name)` is no array",
        hints: ["every member of an .npz file is called `NAME.npy`"])
    }
    let tensor = String(member.name.dropLast(4))
    let header = try NPYHeader(size: member.size, tensor: "\(archive.name): tensor `\(tensor)`") {
      try archive.prefix($0, of: member)
    }
    return TensorEntry(
      name: tensor, type: header.type, shape: header.shape,
      byteRange: header.dataStart..<member.size)
  }

  /// The tensor called `name`, compared byte by byte, or nil.
  public func entry(_ name: String) -> TensorEntry? {
    places[ExactName(name)].map { entries[$0.entry] }
  }

  /// The bytes of a tensor: row-major, little-endian.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or it is damaged.
  public func bytes(_ name: String) throws -> [UInt8] {
    let entry = try required(name)
    guard let place = places[ExactName(name)] else { return [] }
    return Array(try archive.bytes(of: archive.members[place.member])[entry.byteRange])
  }

  /// The numbers of a floating-point tensor in row-major order: f2 widened exactly, f8 rounded to
  /// single precision.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, its type is no floating-point type, or it is
  ///   damaged.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try required(name)
    guard [.f32, .f16, .f64].contains(entry.type), let place = places[ExactName(name)] else {
      throw DiagnosticError(
        "\(self.name): tensor `\(name)` is \(entry.type.rawValue), expected F32, F16 or F64")
    }
    let bytes = ByteStore(bytes: try archive.bytes(of: archive.members[place.member]))
    switch entry.type {
    case .f16:
      return bytes.values(entry.byteRange, as: UInt16.self).map(HalfPrecision.widenedHalf)
    case .f64: return bytes.values(entry.byteRange, as: Double.self).map(Float.init)
    default: return bytes.values(entry.byteRange, as: Float.self)
    }
  }
}
