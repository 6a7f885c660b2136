import PETL

/// Writes safetensors, byte for byte as the reference implementation does for the same content.
public enum SafetensorsWriter {
  /// The bytes of a file with these tensors.
  ///
  /// The widest types come first, then names in byte order; the header is padded with spaces to a
  /// multiple of 8. Metadata is sorted by name (the reference leaves its order to chance), and left
  /// out when empty.
  ///
  /// - Throws: `DiagnosticError` if two tensors share a name, one is called `__metadata__`, the shape
  ///   and the bytes of one disagree, or the header outgrows what the format allows.
  public static func data(_ tensors: [TensorRecord], metadata: [String: String]) throws -> [UInt8] {
    let ordered = tensors.sorted {
      ($1.type.rank, ExactName($0.name)) < ($0.type.rank, ExactName($1.name))
    }
    var header = try headerText(ordered, metadata: metadata)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= SafetensorsHeader.limit else {
      throw DiagnosticError(
        "the header would take \(header.count) bytes, safetensors allows \(SafetensorsHeader.limit)"
      )
    }
    var bytes = ByteStore.bytes(of: [UInt64(header.count)])
    bytes.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.bytes.count })
    bytes += header
    for tensor in ordered { bytes += tensor.bytes }
    return bytes
  }

  /// Writes a file with these tensors atomically.
  ///
  /// - Throws: `DiagnosticError` as `data(_:metadata:)` and `writeAtomically(_:to:)` do.
  public static func write(
    _ tensors: [TensorRecord], metadata: [String: String], to path: String
  ) throws {
    try writeAtomically(data(tensors, metadata: metadata), to: path)
  }

  private static func headerText(
    _ ordered: [TensorRecord], metadata: [String: String]
  ) throws -> [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { ExactName($0.key) < ExactName($1.key) }.map {
        "\(jsonString($0.key, asciiOnly: false)):\(jsonString($0.value, asciiOnly: false))"
      }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    var seen: Set<ExactName> = []
    for tensor in ordered {
      guard tensor.name != "__metadata__", seen.insert(ExactName(tensor.name)).inserted else {
        throw DiagnosticError("cannot write two tensors called `\(tensor.name)`")
      }
      guard tensor.type.byteCount(shape: tensor.shape) == tensor.bytes.count else {
        throw DiagnosticError(
          "tensor `\(tensor.name)`: shape \(tensor.shape) of \(tensor.type.rawValue) does not take \(tensor.bytes.count) bytes"
        )
      }
      let end = offset + tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(jsonString(tensor.name, asciiOnly: false)):{\"dtype\":\"\(tensor.type.rawValue)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return Array("{\(parts.joined(separator: ","))}".utf8)
  }
}
