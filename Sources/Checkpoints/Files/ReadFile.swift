import PETL

/// All bytes of a file, unless there are more than `limit`.
///
/// A pipe is read to its end, unless `regularOnly` refuses it at once; the limit holds for it too.
///
/// - Throws: `DiagnosticError` with the path if the file cannot be read or is larger than `limit`.
public func readFile(_ path: String, limit: Int, regularOnly: Bool = false) throws -> [UInt8] {
  let file = try POSIXFile(reading: path, regularOnly: regularOnly)
  defer { file.close() }
  guard file.size <= limit else { throw tooLarge(path, limit) }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(file.size)
  while true {
    let part = try file.read(upTo: min(1 << 20, limit - bytes.count + 1))
    if part.isEmpty { return bytes }
    bytes += part
    guard bytes.count <= limit else { throw tooLarge(path, limit) }
  }
}

private func tooLarge(_ path: String, _ limit: Int) -> DiagnosticError {
  DiagnosticError("\(path): the file is larger than \(limit) bytes, the most that is read here")
}
