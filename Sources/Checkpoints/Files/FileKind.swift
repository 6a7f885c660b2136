import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands at a path.
public enum FileKind: String, Sendable {
  /// A regular file.
  case file = "a file"
  /// A folder.
  case folder = "a folder"
  /// A symbolic link, where none is followed.
  case link = "a symbolic link"
  /// A pipe with a name, or one of the shell, as `<(…)` makes them.
  case pipe = "a named pipe"
  /// A socket.
  case socket = "a socket"
  /// A device, or anything else.
  case device = "a device"

  /// What `st_mode` says.
  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// Looks at a path without opening anything; nil when nothing is there.
  ///
  /// - Parameters:
  ///   - path: where to look.
  ///   - followingLinks: whether a link stands for what it leads to.
  /// - Throws: `DiagnosticError` with the system's reason when it does not say, as for a folder that
  ///   must not be searched.
  public init?(at path: String, followingLinks: Bool = true) throws {
    var status = stat()
    let isKnown = unsafe followingLinks ? stat(path, &status) == 0 : lstat(path, &status) == 0
    guard isKnown else {
      guard errno == ENOENT else { throw fileError("cannot examine", path, code: errno) }
      return nil
    }
    self.init(status.st_mode)
  }

  /// What stands at a path, links followed, as far as it can be seen.
  ///
  /// - Parameter path: where to look.
  /// - Returns: nil where nothing is, and where the system does not say.
  public static func seen(at path: String) -> FileKind? { try? FileKind(at: path) }

  /// Refuses everything but a regular file, in a sentence.
  ///
  /// - Throws: `DiagnosticError` with the path and what is there.
  public func requireFile(_ path: String) throws {
    switch self {
    case .file: return
    case .link:
      throw DiagnosticError(
        "\(path): this is a symbolic link, and what is written must not land elsewhere",
        hints: ["replace the link by the file that it leads to, or remove it"])
    case .pipe:
      throw DiagnosticError(
        "\(path): this is a named pipe, a file is expected",
        hints: ["write what comes through the pipe to a file first"])
    case .folder, .socket, .device:
      throw DiagnosticError("\(path): this is \(rawValue), a file is expected")
    }
  }
}
