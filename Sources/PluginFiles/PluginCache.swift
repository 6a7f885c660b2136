import Checkpoints
import Foundation
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where compiled plugin files are kept: `plugins/` in the user's folder for caches.
///
/// An object is named after the SHA-256 of all that decides it, and takes that name only when it is
/// whole: two processes may work at the same time, and the folder may be removed at any moment.
struct PluginCache {
  /// How many objects are kept: our choice.
  private static let most = 200

  let folder: String

  /// The user's: `$XDG_CACHE_HOME/petlkit/plugins`, or else `~/.cache/petlkit/plugins`; where that cannot
  /// be made, a folder for temporary files.
  init() {
    let base = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    let home = base.hasPrefix("/") ? base : NSHomeDirectory() + "/.cache"
    let own = home + "/petlkit/plugins"
    let isUsable = (try? createFolder(own)) != nil && refusalToWrite(in: own) == nil
    folder = isUsable ? own : NSTemporaryDirectory() + "petlkit-plugins-\(geteuid())"
  }

  /// The path of the object for a text that decides it.
  func path(for identity: String) -> String {
    "\(folder)/\(SourceDigest.digest(of: identity)).so"
  }

  /// Where the compiler keeps the C modules that it compiles.
  var modules: String { "\(folder)/modules" }

  /// Makes an object, in a folder of its own, and gives it its place.
  ///
  /// - Parameters:
  ///   - path: that of the object.
  ///   - make: makes it in a folder, and says where.
  /// - Throws: what `make` throws; `DiagnosticError` when the folder cannot be written.
  func store(_ path: String, _ make: (String) throws -> String) throws {
    try createFolder(folder)
    let draft = "\(folder)/.petl-\(String(UInt64.random(in: .min ... .max), radix: 16)).tmp"
    try createFolder(draft)
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try writeAtomically(readFile(make(draft), limit: 1 << 30), to: path)
    removeOldest()
  }

  /// Removes the objects that were made first, where there are too many.
  private func removeOldest() {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    let objects = names.filter { $0.hasSuffix(".so") }.map { "\(folder)/\($0)" }
    guard objects.count > Self.most else { return }
    func date(_ path: String) -> Date {
      (try? files.attributesOfItem(atPath: path))?[.modificationDate] as? Date ?? .distantPast
    }
    for path in objects.sorted(by: { date($0) < date($1) }).dropLast(Self.most) {
      try? files.removeItem(atPath: path)
    }
  }
}
