import PETL

/// Writes a file so that a reader, or a crash at any moment, finds the old contents or the new ones
/// and never a part.
///
/// The bytes go to a temporary file in the same folder, are synchronised to the disk, take the final
/// name by a rename, and the folder is synchronised too. The folder must exist. A symbolic link at
/// `path` is replaced, not followed.
///
/// - Throws: `DiagnosticError` with the path and the system's reason; the temporary file is removed.
public func writeAtomically(_ bytes: [UInt8], to path: String) throws {
  let parent = folder(of: path)
  let tag = String(UInt64.random(in: .min ... .max), radix: 16)
  let temporary = "\(parent)/.petl-\(tag).tmp"
  do {
    let file = try POSIXFile(creating: temporary)
    defer { file.close() }
    try file.write(bytes)
    try file.synchronize()
    try renameFile(temporary, to: path)
  } catch let error as DiagnosticError {
    removeFileIfPresent(temporary)
    throw DiagnosticError(
      error.diagnostics.map { Diagnostic("cannot write \(path): \($0.message)", hints: $0.hints) })
  }
  let opened = try POSIXFile(folder: parent)
  defer { opened.close() }
  try opened.synchronize()
}
