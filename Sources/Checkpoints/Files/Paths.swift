import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The error of a failed system call: what failed, on which path, and the system's reason.
func fileError(_ verb: String, _ path: String, code: Int32) -> DiagnosticError {
  DiagnosticError("\(verb) \(path): \(unsafe String(cString: strerror(code)))")
}

/// Throws if the system would cut the path short.
func checkPath(_ path: String) throws {
  guard !path.utf8.contains(0) else {
    throw DiagnosticError("the path \(path) holds a NUL character, which no file name can")
  }
}

/// Renames `old` to `new`, replacing it.
///
/// - Throws: `DiagnosticError` if the system refuses.
func renameFile(_ old: String, to new: String) throws {
  try checkPath(new)
  guard unsafe rename(old, new) == 0 else { throw fileError("cannot write", new, code: errno) }
}

/// Removes a file, if it is there.
func removeFileIfPresent(_ path: String) {
  _ = unsafe unlink(path)
}

/// Creates a folder and those that lead to it, unless they exist.
///
/// - Throws: `DiagnosticError` if the system refuses.
func createFolder(_ path: String) throws {
  try checkPath(path)
  if unsafe mkdir(path, 0o777) == 0 { return }
  let code = errno
  if code == ENOENT, path.contains("/"), folder(of: path) != path {
    try createFolder(folder(of: path))
    return try createFolder(path)
  }
  guard code == EEXIST, isFolder(path) else {
    throw fileError("cannot create the folder", path, code: code)
  }
}

/// Whether a file or folder is at `path`.
func fileExists(_ path: String) -> Bool {
  unsafe access(path, F_OK) == 0
}

/// Whether a folder is at `path`.
func isFolder(_ path: String) -> Bool {
  guard let folder = try? POSIXFile(folder: path) else { return false }
  folder.close()
  return true
}

/// The folder that holds `path`, as text.
func folder(of path: String) -> String {
  var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
  while parts.count > 1, parts.last == "" { parts.removeLast() }
  guard parts.count > 1 else { return path.hasPrefix("/") ? "/" : "." }
  parts.removeLast()
  let text = parts.joined(separator: "/")
  return text.isEmpty ? "/" : text
}
