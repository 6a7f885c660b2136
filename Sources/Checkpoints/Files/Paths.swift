import Foundation
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
  DiagnosticError("\(verb) \(path): \(systemReason(code))")
}

/// The system's words for an error number.
public func systemReason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

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
/// - Parameters:
///   - path: its path.
///   - hints: what the user may do when it cannot be made.
/// - Throws: `DiagnosticError` with the system's reason.
public func createFolder(_ path: String, hints: [String] = []) throws {
  try checkPath(path)
  var code = creating(path)
  if code == ENOENT, folder(of: path) != path {
    try createFolder(folder(of: path), hints: hints)
    // Once: below some folders, such as those of /proc, there never will be one.
    code = creating(path)
  }
  guard code == 0 || (code == EEXIST && isFolder(path)) else {
    throw DiagnosticError(
      "\(path): the folder cannot be made: \(systemReason(code))", hints: hints)
  }
}

/// Creates a folder that is not there yet; those that lead to it are.
///
/// - Parameters:
///   - path: its path.
///   - hints: what the user may do when it cannot be made.
/// - Returns: false when something has its name.
/// - Throws: `DiagnosticError` with the system's reason.
public func createNewFolder(_ path: String, hints: [String] = []) throws -> Bool {
  try checkPath(path)
  switch creating(path) {
  case 0: return true
  case EEXIST: return false
  case let code:
    throw DiagnosticError(
      "\(path): the folder cannot be made: \(systemReason(code))", hints: hints)
  }
}

/// Makes one folder, and gives the system's error number; 0 when it was made.
private func creating(_ path: String) -> Int32 { unsafe mkdir(path, 0o777) == 0 ? 0 : errno }

/// Why no file can be made in a folder that exists, in the system's words; nil when one can.
public func refusalToWrite(in folder: String) -> String? {
  unsafe access(folder, W_OK | X_OK) == 0 ? nil : systemReason(errno)
}

/// Whether a file or folder is at `path`.
package func fileExists(_ path: String) -> Bool {
  unsafe access(path, F_OK) == 0
}

/// Whether a folder is at `path`.
package func isFolder(_ path: String) -> Bool {
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

/// Whether a path is the name of an open file of a process, such as `/dev/stdout` and `/dev/fd/1`.
func namesOpenFile(_ path: String) -> Bool {
  destination(ofLink: path)?.hasPrefix("/proc/") == true
    || realPath(of: folder(of: path)).hasPrefix("/proc/")
}

/// What a symbolic link says; nil of anything else.
private func destination(ofLink path: String) -> String? {
  try? FileManager.default.destinationOfSymbolicLink(atPath: path)
}

/// The path without links.
private func realPath(of path: String) -> String {
  URL(fileURLWithPath: path).resolvingSymlinksInPath().path
}
