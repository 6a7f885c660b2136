import PETL

/// Writes GGUF files of version 3, byte for byte as the `gguf` package of llama.cpp does for the same
/// keys and tensors in the same order.
public struct GGUFWriter {
  private let keyValues: [GGUFKeyValue]
  private let records: [GGUFRecord]
  private let alignment: Int

  /// Takes what is to be written, in this order.
  ///
  /// - Parameters:
  ///   - keyValues: the keys and their values; `general.alignment` counts where it is there.
  ///   - tensors: the tensors.
  /// - Throws: `DiagnosticError` if a name comes twice, or a shape is not one of GGUF.
  public init(_ keyValues: [GGUFKeyValue], tensors: [GGUFRecord]) throws {
    var faults: [Diagnostic] = []
    var seen: Set<ExactName> = []
    for pair in keyValues where !seen.insert(ExactName(pair.key)).inserted {
      faults.append(Diagnostic("cannot write two keys called `\(pair.key)`"))
    }
    seen = []
    for tensor in tensors {
      if !seen.insert(ExactName(tensor.name)).inserted {
        faults.append(Diagnostic("cannot write two tensors called `\(tensor.name)`"))
      }
      if tensor.byteCount == nil {
        faults.append(
          Diagnostic(
            "tensor `\(tensor.name)`: shape \(tensor.shape) is not one of \(tensor.type.name), expected 1 to 4 axes and rows of whole blocks of \(tensor.type.blockLength)"
          ))
      }
    }
    let value = keyValues.first { $0.key == "general.alignment" }?.value
    let alignment = value.map { $0.whole ?? 0 } ?? GGUFHeader.usualAlignment
    if alignment < 1 || alignment.nonzeroBitCount != 1 {
      faults.append(Diagnostic("`general.alignment` is \(alignment), expected a power of two"))
    }
    try faults.throwIfAny()
    (self.keyValues, records, self.alignment) = (keyValues, tensors, alignment)
  }

  /// Writes the file atomically, a tensor at a time.
  ///
  /// - Throws: `DiagnosticError` when it cannot be written, or a tensor has not the bytes of its shape.
  public func write(to path: String) throws {
    try writeAtomically(to: path) { write in try produce(write) }
  }

  /// The bytes of the file.
  ///
  /// - Throws: `DiagnosticError` when a tensor has not the bytes of its shape.
  public func data() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try produce { bytes += $0 }
    return bytes
  }

  private func produce(_ write: ([UInt8]) throws -> Void) throws {
    let header = header
    try write(header + padding(header.count))
    for record in records {
      let bytes = try record.bytes()
      guard bytes.count == record.byteCount else {
        throw DiagnosticError(
          "tensor `\(record.name)`: shape \(record.shape) of \(record.type.name) does not take \(bytes.count) bytes"
        )
      }
      try write(bytes)
      try write(padding(bytes.count))
    }
  }

  private func padding(_ count: Int) -> [UInt8] {
    Array(repeating: 0, count: (alignment - count % alignment) % alignment)
  }

  private var header: [UInt8] {
    var bytes = GGUFHeader.magic + ByteStore.bytes(of: [UInt32(3)])
    bytes += ByteStore.bytes(of: [UInt64(records.count), UInt64(keyValues.count)])
    for pair in keyValues {
      bytes += GGUFValue.bytes(of: pair.key) + ByteStore.bytes(of: [pair.value.type.rawValue])
      bytes += pair.value.bytes
    }
    var offset = 0
    for record in records {
      bytes += GGUFValue.bytes(of: record.name)
      bytes += ByteStore.bytes(of: [UInt32(record.shape.count)])
      bytes += ByteStore.bytes(of: record.shape.reversed().map(UInt64.init))
      bytes += ByteStore.bytes(of: [record.type.rawValue])
      bytes += ByteStore.bytes(of: [UInt64(offset)])
      let size = record.byteCount ?? 0
      offset += size + padding(size).count
    }
    return bytes
  }
}

extension GGUFRecord {
  /// How many bytes the tensor takes; nil where the shape is not one of GGUF.
  fileprivate var byteCount: Int? {
    guard (1...4).contains(shape.count), TensorShape.fault(shape) == nil,
      let count = elementCount(of: shape), let row = shape.last, row % type.blockLength == 0
    else { return nil }
    let (bytes, overflow) = (count / type.blockLength)
      .multipliedReportingOverflow(by: type.blockByteCount)
    return overflow ? nil : bytes
  }
}
