import PETL

/// A folder's weights of which some matrices are quantised, under the names and in the shapes of those that are not.
///
/// What belongs to a matrix beside its numbers (`X.scales`, `X.weight.absmax` and so on) is no tensor of its own here.
/// The matrices are handed out in single precision, or as they are (`blocks`).
public final class QuantizedWeights: BlockStore {
  /// The tensors as the files have them.
  let store: any WeightStore
  /// The tensors, sorted by name.
  public let entries: [TensorEntry]
  private let places: [ExactName: Int]
  private let matrices: [ExactName: any QuantizedMatrix]

  /// Finds the matrices, and checks what belongs to them.
  ///
  /// - Parameters:
  ///   - store: the tensors as the files have them.
  ///   - scheme: how matrices are quantised.
  /// - Throws: `DiagnosticError` with every matrix of which something is missing or does not fit.
  public init(_ store: any WeightStore, _ scheme: QuantizationScheme) throws {
    var matrices: [ExactName: any QuantizedMatrix] = [:]
    var parts: Set<ExactName> = []
    var faults = scheme.faults(in: store)
    for entry in store.entries {
      try faults.collect {
        let found: (any QuantizedMatrix)? =
          switch scheme {
          case .affine(let groups): try AffineMatrix(entry, in: store, groups)
          case .normalFloat: try NormalFloatMatrix(entry, in: store)
          }
        guard let found else { return }
        matrices[ExactName(entry.name)] = found
        parts.formUnion(found.parts.map { ExactName($0) })
      }
    }
    if matrices.isEmpty, faults.isEmpty {
      // bitsandbytes would quantise them now, and compute something else.
      faults.append(
        Diagnostic(
          "\(store.name): config.json says that the matrices are quantised, and none is",
          hints: ["leave `quantization_config` and `quantization` out of config.json"]))
    }
    try faults.throwIfAny()
    self.store = store
    self.matrices = matrices
    entries = store.entries.filter { !parts.contains(ExactName($0.name)) }.map { entry in
      matrices[ExactName(entry.name)].map {
        TensorEntry(
          name: entry.name, type: .f32, shape: [$0.rows, $0.columns], byteRange: entry.byteRange)
      } ?? entry
    }
    places = Dictionary(
      uniqueKeysWithValues: entries.enumerated().map { (ExactName($1.name), $0) })
  }

  /// The path as it was given.
  public var name: String { store.name }
  /// What the file says about itself.
  public var metadata: [String: String] { store.metadata }
  /// How many matrices are quantised.
  public var count: Int { matrices.count }

  /// The tensor of that name, or nil; its type is F32 where it is quantised.
  public func entry(_ name: String) -> TensorEntry? { places[ExactName(name)].map { entries[$0] } }

  /// The numbers of a tensor.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or it cannot be read.
  public func floats(_ name: String) throws -> [Float] {
    guard let matrix = matrices[ExactName(name)] else {
      return try store.floats(required(name).name)
    }
    let unpacked = matrix.format.unpacked(try matrix.blocks())
    let count = matrix.rows * matrix.columns
    return unpacked.count == count ? unpacked : Array(unpacked.prefix(count))
  }

  /// The bytes of a tensor; of a quantised one those of its numbers in single precision.
  ///
  /// - Throws: `DiagnosticError` if there is no such tensor, or it cannot be read.
  public func bytes(_ name: String) throws -> [UInt8] {
    guard matrices[ExactName(name)] != nil else { return try store.bytes(required(name).name) }
    return ByteStore.bytes(of: try floats(name))
  }

  /// A matrix in its blocks; nil for one that is not quantised, or whose blocks do not end with its rows.
  ///
  /// - Throws: `DiagnosticError` when it cannot be read.
  package func blocks(_ name: String) throws -> BlockMatrix? {
    guard let matrix = matrices[ExactName(name)], matrix.columns % matrix.format.length == 0 else {
      return nil
    }
    return BlockMatrix(
      format: matrix.format, rows: matrix.rows, columns: matrix.columns,
      bytes: try matrix.blocks())
  }

  /// How a tensor's numbers are stored; nil without such a tensor.
  package func storedType(_ name: String) -> String? {
    matrices[ExactName(name)]?.format.rawValue ?? entry(name)?.type.rawValue
  }

  /// Whether there is such a tensor.
  package func isReadable(_ name: String) -> Bool { entry(name) != nil }
}

/// A matrix that some tensors of a file hold together.
protocol QuantizedMatrix: Sendable {
  /// The names of the tensors beside its own that belong to it.
  var parts: [String] { get }
  /// How many rows it has: outputs.
  var rows: Int { get }
  /// How many columns it has: inputs.
  var columns: Int { get }
  /// The blocks that `blocks` gives.
  var format: BlockFormat { get }
  /// Its numbers in blocks, row after row; the last may be filled up where blocks do not end with rows.
  ///
  /// - Throws: `DiagnosticError` when a tensor cannot be read.
  func blocks() throws -> [UInt8]
}

extension WeightStore {
  /// The numbers of a tensor of scales.
  ///
  /// - Throws: `DiagnosticError` when one is not finite, or the tensor cannot be read.
  func finiteFloats(_ name: String) throws -> [Float] {
    let values = try floats(name)
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return values }
    throw DiagnosticError(
      "\(self.name): tensor `\(name)` holds \(values[place].isNaN ? "nan" : "infinity"), which makes a part of the matrix no numbers",
      hints: ["the file is damaged, or was quantised from weights that were"])
  }
}

extension [UInt8] {
  /// Appends a number, the lowest byte first.
  mutating func append(_ value: Float) {
    let bits = value.bitPattern
    for shift in stride(from: 0, to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
    }
  }
}
