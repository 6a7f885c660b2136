import PETL

/// Writes NumPy's archives: a zip of stored `.npy` members, as `numpy.savez` leaves them.
public enum NPZWriter {
  /// The bytes of an archive, its members in the order of their names.
  ///
  /// - Parameter tensors: of F64, F32 or F16.
  /// - Returns: all bytes of the file.
  /// - Throws: `DiagnosticError` when a tensor has another type, two share a name, or the archive
  ///   would outgrow the 4 GiB of a plain zip.
  public static func data(_ tensors: [TensorRecord]) throws -> [UInt8] {
    let ordered = tensors.sorted { ExactName($0.name) < ExactName($1.name) }
    let size = ordered.reduce(0) { $0 + $1.bytes.count + 256 + 4 * $1.name.utf8.count }
    guard size < Int(UInt32.max), ordered.count < Int(UInt16.max) else {
      throw DiagnosticError(
        "\(ordered.count) tensors of \(size) bytes do not fit into an .npz archive of 4 GiB",
        hints: ["write safetensors"])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var directory: [UInt8] = []
    var last: ExactName?
    for tensor in ordered {
      guard last != ExactName(tensor.name) else {
        throw DiagnosticError("cannot write two tensors called `\(tensor.name)`")
      }
      last = ExactName(tensor.name)
      let content = try header(of: tensor) + tensor.bytes
      let name = Array("\(tensor.name).npy".utf8)
      // Version 2.0, UTF-8 names, stored; no time: the same tensors are the same bytes.
      let common =
        little(20, 2) + little(1 << 11, 2) + little(0, 2) + little(0, 2) + little(33, 2)
        + little(Int(Zlib.checksum(content)), 4) + little(content.count, 4)
        + little(content.count, 4) + little(name.count, 2) + little(0, 2)
      directory += little(0x0201_4B50, 4) + little(20, 2) + common
      directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
      directory += little(bytes.count, 4) + name
      bytes += little(0x0403_4B50, 4) + common + name + content
    }
    let start = bytes.count
    bytes += directory
    bytes += little(0x0605_4B50, 4) + little(0, 4) + little(ordered.count, 2)
    bytes += little(ordered.count, 2) + little(directory.count, 4) + little(start, 4) + little(0, 2)
    return bytes
  }

  /// The header of an array, filled up to a multiple of 64.
  private static func header(of tensor: TensorRecord) throws -> [UInt8] {
    let types: [ScalarType: String] = [.f64: "<f8", .f32: "<f4", .f16: "<f2"]
    guard let type = types[tensor.type] else {
      throw DiagnosticError(
        "tensor `\(tensor.name)` is \(tensor.type.rawValue), which NumPy has no type for",
        hints: ["expected F64, F32 or F16"])
    }
    let sizes = tensor.shape.map(String.init).joined(separator: ", ")
    let shape = tensor.shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    text += String(repeating: " ", count: (64 - (11 + text.utf8.count) % 64) % 64) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(text.utf8.count, 2) + Array(text.utf8)
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
