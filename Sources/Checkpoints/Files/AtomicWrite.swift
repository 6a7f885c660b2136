import PETL

/// Writes a file so that a reader, or a crash at any moment, finds the old contents or the new ones
/// and never a part.
///
/// The bytes go to a temporary file in the same folder, are synchronised to the disk, take the final
/// name by a rename, and the folder is synchronised too. The folder must exist. A symbolic link at
/// `path` is replaced, not followed.
///
/// A device and a pipe stay what they are: they are given the bytes, and so is what an output of this
/// process is called, such as `/dev/stdout`.
///
/// - Throws: `DiagnosticError` with the path and the system's reason; the temporary file is removed.
///   A folder and a socket are refused.
public func writeAtomically(_ bytes: [UInt8], to path: String) throws {
  try writeAtomically(to: path) { write in try write(bytes) }
}

/// Writes a file in parts, as `writeAtomically(_:to:)` writes it whole, so that it need not fit in memory.
///
/// - Parameters:
///   - path: of the file.
///   - parts: is given what writes the next bytes, and calls it as often as it likes.
/// - Throws: what `writeAtomically(_:to:)` and `parts` throw; the temporary file is removed.
public func writeAtomically(
  to path: String, _ parts: (_ write: ([UInt8]) throws -> Void) throws -> Void
) throws {
  if try takesBytesInPlace(path) { return try writeThrough(parts, to: path) }
  let parent = folder(of: path)
  let tag = String(UInt64.random(in: .min ... .max), radix: 16)
  let temporary = "\(parent)/.petl-\(tag).tmp"
  do {
    let file = try POSIXFile(creating: temporary)
    defer { file.close() }
    try parts(file.write)
    try file.synchronize()
    try renameFile(temporary, to: path)
  } catch let error as DiagnosticError {
    removeFileIfPresent(temporary)
    throw DiagnosticError(
      error.diagnostics.map { Diagnostic("cannot write \(path): \($0.message)", hints: $0.hints) })
  } catch {
    removeFileIfPresent(temporary)
    throw error
  }
  let opened = try POSIXFile(folder: parent)
  defer { opened.close() }
  try opened.synchronize()
}

/// Whether what is at a path must not be replaced by a file.
///
/// - Throws: `DiagnosticError` for a socket, which takes no bytes.
public func takesBytesInPlace(_ path: String) throws -> Bool {
  try checkPath(path)
  // A link that leads nowhere is replaced, as one to a file is; no file takes the place of a folder.
  switch FileKind.seen(at: path) {
  case nil, .folder: return false
  case .pipe, .device: return true
  case .file, .link: return namesOpenFile(path)
  case .socket:
    throw DiagnosticError("\(path): this is a socket, a file is expected")
  }
}

/// Gives bytes to a device, or to a pipe once somebody reads it.
private func writeThrough(
  _ parts: (_ write: ([UInt8]) throws -> Void) throws -> Void, to path: String
) throws {
  let file = try POSIXFile(through: path)
  defer { file.close() }
  try parts(file.write)
}
