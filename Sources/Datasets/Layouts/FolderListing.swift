import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The names in a folder that do not start with a dot, in the order of their bytes.
///
/// - Throws: `DiagnosticError` when the folder cannot be read, or holds names that are not UTF-8:
///   what cannot be named is not passed over.
func entryNames(_ folder: String) throws -> [String] {
  func failure(_ code: Int32) -> DiagnosticError {
    DiagnosticError(
      "the folder \(folder) cannot be read: \(unsafe String(cString: strerror(code)))")
  }
  guard !folder.utf8.contains(0), let stream = unsafe opendir(folder) else { throw failure(errno) }
  defer { _ = unsafe closedir(stream) }
  guard let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) else { throw failure(EIO) }
  var names: [String] = []
  var mistakes: [Diagnostic] = []
  errno = 0
  // Safe: a name ends with a zero, and lives until the next call.
  while let entry = unsafe readdir(stream) {
    let start = unsafe UnsafeRawPointer(entry).advanced(by: offset)
      .assumingMemoryBound(to: UInt8.self)
    var count = 0
    while unsafe start[count] != 0 { count += 1 }
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    errno = 0
    if bytes.first == UInt8(ascii: ".") { continue }
    if let name = String(validating: bytes, as: UTF8.self) {
      names.append(name)
    } else {
      mistakes.append(
        Diagnostic(
          "\(folder)/\(escapedName(bytes)): this name is not UTF-8",
          hints: ["rename it; of Latin-1 names: convmv -r -f latin1 -t utf8 --notest \(folder)"]))
    }
  }
  if errno != 0 { throw failure(errno) }
  if !mistakes.isEmpty { throw listed(mistakes, "such names in \(folder)") }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// A name with its bytes that are not UTF-8 as `\xHH`.
func escapedName(_ bytes: [UInt8]) -> String {
  var text = ""
  var rest = bytes[...]
  while let byte = rest.first {
    let lengths = 1...min(4, rest.count)
    let found = lengths.lazy.compactMap { length in
      String(validating: rest.prefix(length), as: UTF8.self).map { ($0, length) }
    }.first
    text += found?.0 ?? "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    rest = rest.dropFirst(found?.1 ?? 1)
  }
  return text
}

/// The names of the folders in a folder that do not start with a dot, in the order of their bytes.
///
/// - Throws: `DiagnosticError` when the folder cannot be read, or holds names that are not UTF-8.
func folderNames(_ folder: String) throws -> [String] {
  try entryNames(folder).filter { FileFacts.isFolder("\(folder)/\($0)") }
}
