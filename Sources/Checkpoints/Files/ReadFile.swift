import PETL

/// All bytes of a file, unless there are more than `limit`.
///
/// - Throws: `DiagnosticError` with the path if the file cannot be read, is no regular file (a pipe,
///   a device, a folder), or is larger than `limit`.
public func readFile(_ path: String, limit: Int) throws -> [UInt8] {
  let file = try POSIXFile(reading: path)
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

/// The first bytes of a file, `count` at most.
///
/// - Throws: `DiagnosticError` with the path if the file cannot be read or is no regular file.
public func readStart(of path: String, count: Int) throws -> [UInt8] {
  var bytes: [UInt8] = []
  try readParts(of: path) { part in
    bytes += part.prefix(count - bytes.count)
    return bytes.count < count
  }
  return bytes
}

/// Reads a file in parts of a mebibyte, so that it need not fit in memory.
///
/// - Parameters:
///   - path: of a regular file.
///   - body: is given each part in turn, and says whether there is need of another.
/// - Throws: `DiagnosticError` with the path if the file cannot be read or is no regular file.
public func readParts(of path: String, _ body: ([UInt8]) -> Bool) throws {
  let file = try POSIXFile(reading: path)
  defer { file.close() }
  while true {
    let part = try file.read(upTo: 1 << 20)
    guard !part.isEmpty, body(part) else { return }
  }
}

private func tooLarge(_ path: String, _ limit: Int) -> DiagnosticError {
  DiagnosticError("\(path): the file is larger than \(limit) bytes, the most that is read here")
}
