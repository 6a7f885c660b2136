import Checkpoints
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ImageFiles.Item {
  /// Finds a file.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - name: as the list or the folder has it.
  ///   - label: its class.
  ///   - place: where the list names it.
  /// - Throws: `DiagnosticError` at that place if there is no regular file.
  init(path: String, name: String, label: Int, place: SourceSpan?) throws {
    let facts = FileFacts(path)
    guard let facts, facts.isRegular else {
      let what =
        switch facts?.isFolder {
        case nil: "there is no file"
        case true?: "this is a folder, not a file:"
        case false?: "this is a pipe, a socket or a device, not a file:"
        }
      throw DiagnosticError("\(what) \(path)", at: place)
    }
    self.init(
      path: path, name: name, label: label, place: place, size: facts.size,
      changed: facts.changed, id: facts.id)
  }
}

/// What tells a file or folder from every other, whatever paths lead to it.
struct FileID: Hashable, Sendable {
  /// The file system.
  let device: UInt64
  /// The number in it.
  let number: UInt64
}

/// What the system knows of a file or folder.
struct FileFacts {
  let isFolder: Bool
  /// Whether this is a file that can be read without waiting for anybody.
  let isRegular: Bool
  let id: FileID
  /// In bytes.
  let size: Int
  /// In nanoseconds since 1970.
  let changed: Int

  /// Nil if nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return nil }
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
    id = FileID(
      device: UInt64(truncatingIfNeeded: status.st_dev),
      number: UInt64(truncatingIfNeeded: status.st_ino))
    size = Int(status.st_size)
    #if canImport(Darwin)
      changed = status.st_mtimespec.tv_sec * 1_000_000_000 + status.st_mtimespec.tv_nsec
    #else
      changed = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    #endif
  }

  /// Whether a folder is there.
  static func isFolder(_ path: String) -> Bool { FileFacts(path)?.isFolder == true }
}

/// The path of a file that a list in `folder` names.
func path(of name: String, in folder: String) -> String {
  if name.hasPrefix("/") { return name }
  return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// The text of a list of files: at most 1 GiB of UTF-8.
///
/// - Throws: `DiagnosticError` that names the file; a pipe, which may never end, is none.
func listText(_ path: String) throws -> String {
  let bytes = try readFile(path, limit: 1 << 30)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw DiagnosticError("\(path): the list is not UTF-8 text")
  }
  return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}
