import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adds bytes to the end of a file, which is made unless it is there, and waits until they are on the
/// disk.
///
/// A file with another name, as copies by hard links have them, is replaced by a copy first: the other
/// stays as it is.
///
/// - Throws: `DiagnosticError` with the path if it cannot be written, or is a link or no regular file.
public func append(_ bytes: [UInt8], toFile path: String) throws {
  if try FileKind(at: path, followingLinks: false) == nil { try writeAtomically([], to: path) }
  var file = try POSIXFile(changing: path)
  defer { file.close() }
  if try file.hasOtherNames() {
    try writeAtomically(readFile(path, limit: .max - 1), to: path)
    file.close()
    file = try POSIXFile(changing: path)
  }
  try file.write(bytes)
  try file.synchronize()
}

/// Opens a new file for writing in the place of whatever was there; a link there is not followed.
///
/// - Returns: the descriptor, which the caller closes.
/// - Throws: `DiagnosticError` with the path if it cannot be made.
public func openAnew(_ path: String) throws -> Int32 {
  removeFileIfPresent(path)
  return try POSIXFile(creating: path).descriptor
}

/// Refuses to write below a folder through a link: what a folder that came from elsewhere holds must not
/// lead petl into another.
///
/// - Parameters:
///   - name: what is to be written, as a path from `root` on; every part but the last must be a folder or
///     missing.
///   - root: a folder; it may be a link itself, as it is the user who named it.
/// - Throws: `DiagnosticError` with the part that is something else.
public func requireOwnFolders(of name: String, in root: String) throws {
  var path = root
  for part in name.split(separator: "/").dropLast() {
    path += "/\(part)"
    switch try FileKind(at: path, followingLinks: false) {
    case nil: return
    case .folder: continue
    case .link:
      throw DiagnosticError(
        "\(path): this is a symbolic link, and what is written must not land elsewhere",
        hints: ["replace the link by the folder that it leads to"])
    case let kind?:
      throw DiagnosticError("\(path): this is \(kind.rawValue), a folder is expected")
    }
  }
}
