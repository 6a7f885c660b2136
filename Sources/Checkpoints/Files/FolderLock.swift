import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a second process of ours from working in a folder.
///
/// The lock is the system's (`flock`) on a file `.petl-lock` in the folder, which holds the number of
/// the process. It is advisory, and it ends with the process however that ends: a file that a crash
/// left behind locks nothing. Processes that this one starts do not inherit it. On a file system
/// without locks nothing is locked.
///
/// ```swift
/// let lock = try FolderLock(folder)
/// defer { lock.release() }
/// ```
public final class FolderLock {
  /// The name of the lock's file, which is no part of what the folder holds.
  public static let fileName = ".petl-lock"

  private var file: POSIXFile?

  /// Locks a folder until `release()`, or until this object or the process ends.
  ///
  /// - Parameters:
  ///   - folder: must exist.
  ///   - hint: what else the user may do than wait, as in `choose another --output`.
  /// - Throws: `DiagnosticError` with the number of the process that holds it, or when the lock's file
  ///   cannot be made, is a link, or has another name elsewhere.
  public init(_ folder: String, hint: String? = nil) throws {
    let path = "\(folder)/\(Self.fileName)"
    while true {
      let file = try POSIXFile(changing: path)
      do {
        guard try !file.hasOtherNames() else {
          throw DiagnosticError(
            "\(path): this file has another name elsewhere, which the number of this process would be written to",
            hints: ["remove \(path) and try again"])
        }
        guard try file.lock() else {
          let holder = try Self.holder(file)
          throw DiagnosticError(
            "\(folder): \(holder) is working in this folder",
            hints: ["wait until it has ended"] + (hint.map { [$0] } ?? []))
        }
        // The one who held it before may have removed the file after it was opened here.
        if file.isStill(at: path) {
          try file.replaceContents(Array("\(getpid())\n".utf8))
          self.file = file
          return
        }
        file.close()
      } catch {
        file.close()
        throw error
      }
    }
  }

  deinit { release() }

  /// Unlocks the folder and removes the file.
  public func release() {
    guard let file else { return }
    // Before the lock goes, so that it is never another's file.
    removeFileIfPresent(file.path)
    file.close()
    self.file = nil
  }

  /// The process whose number the file holds; there is none for the moment between lock and number.
  private static func holder(_ file: POSIXFile) throws -> String {
    let text = String(decoding: try file.read(upTo: 20), as: UTF8.self)
    return Int(text.filter { !$0.isWhitespace }).map { "process \($0)" } ?? "another process"
  }
}
