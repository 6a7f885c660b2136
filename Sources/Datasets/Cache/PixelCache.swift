import Checkpoints
import Foundation
import PETL

/// Where decoded and resized images are kept for later runs.
///
/// A file of it holds the pixels of one split, is named after the SHA-256 of all that decides them
/// (the files' names, sizes and times of change, the preprocessing), and takes that name only when it
/// is whole: two processes may work at the same time, and the folder may be removed at any moment.
/// The files that were not used for longest go when all are larger than `limit`.
public struct PixelCache: Sendable {
  /// The folder; made when it is needed.
  public let folder: String
  /// The most bytes of all files, but for one that is larger by itself: 32 GiB when not given.
  public let limit: Int
  /// The fewest bytes of pixels that are worth a file: 16 MiB when not given.
  public let smallest: Int

  /// Names a folder.
  ///
  /// - Parameters:
  ///   - folder: made when it is needed.
  ///   - limit: the most bytes of all files.
  ///   - smallest: the fewest bytes of pixels that are worth a file.
  public init(folder: String, limit: Int = 32 << 30, smallest: Int = 16 << 20) {
    self.folder = folder
    self.limit = limit
    self.smallest = smallest
  }

  /// The user's: `$XDG_CACHE_HOME/petlkit`, or else `~/.cache/petlkit`.
  public static var standard: PixelCache {
    let base = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    let home = base.hasPrefix("/") ? base : NSHomeDirectory() + "/.cache"
    return PixelCache(folder: home + "/petlkit")
  }

  /// What stands behind the pixels of a file.
  struct Footer: Codable {
    /// A file of another version is not read.
    var version = 1
    let images: Int
    let side: Int
    let isFloat: Bool
    /// The images that could not be decoded: which of all, and why.
    let skipped: [Skipped]
  }

  /// An image that was left out.
  struct Skipped: Codable {
    let index: Int
    let reason: String
  }

  /// The bytes that end a file: its footer's length as eight bytes, and these.
  private static let mark = Array("PETLpix1".utf8)

  /// The path of the file for a text that decides its pixels.
  func path(for identity: String) -> String {
    "\(folder)/\(SHA256.digest(of: Array(identity.utf8))).pixels"
  }

  /// The pixels that are kept, if there are any for this text; a damaged file counts as none.
  func find(_ identity: String) -> (pixels: MappedPixels, footer: Footer)? {
    let path = path(for: identity)
    guard let footer = Self.footer(of: path), footer.version == 1 else { return nil }
    let layout = PixelLayout(count: footer.images, side: footer.side, isFloat: footer.isFloat)
    guard footer.images > 0, let pixels = try? MappedPixels(path: path, layout: layout) else {
      return nil
    }
    // What was used last goes last.
    pixels.touch(path)
    return (pixels, footer)
  }

  /// Room for the pixels of a new file, of which `finish` makes one of the cache.
  ///
  /// - Throws: `DiagnosticError` when the folder cannot be written.
  func space(for layout: PixelLayout) throws -> PixelSpace {
    try createFolder(folder)
    removeUnused(making: layout.bytes)
    return try PixelSpace(creating: "\(folder)/.\(UUID().uuidString).tmp", layout)
  }

  /// Gives a file its footer and its name.
  ///
  /// - Throws: `DiagnosticError` when the file cannot be written.
  func finish(_ space: PixelSpace, kept: Int, skipped: [Skipped], _ identity: String) throws {
    let footer = Footer(
      images: kept, side: space.layout.side, isFloat: space.layout.isFloat, skipped: skipped)
    let text = Array(try JSONEncoder().encode(footer))
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    try space.finish(count: kept, footer: text + length + Self.mark, as: path(for: identity))
  }

  private static func footer(of path: String) -> Footer? {
    guard (try? FileKind(at: path, followingLinks: false)) == .file,
      let file = FileHandle(forReadingAtPath: path)
    else { return nil }
    defer { try? file.close() }
    guard let size = try? file.seekToEnd(), size >= 16,
      (try? file.seek(toOffset: size - 16)) != nil,
      let end = try? file.readToEnd().map({ Array($0) }), end.count == 16,
      Array(end[8...]) == mark
    else { return nil }
    let length = end[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= min(size - 16, 1 << 30),
      (try? file.seek(toOffset: size - 16 - length)) != nil,
      let text = try? file.read(upToCount: Int(length))
    else { return nil }
    guard let footer = try? JSONDecoder().decode(Footer.self, from: text),
      (0...1 << 31).contains(footer.images), (1...1 << 13).contains(footer.side)
    else { return nil }
    let layout = PixelLayout(count: footer.images, side: footer.side, isFloat: footer.isFloat)
    return UInt64(layout.bytes) == size - 16 - length ? footer : nil
  }

  /// Removes what was not used for longest until `bytes` more fit, and what a process that died left.
  private func removeUnused(making bytes: Int) {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    var kept: [(path: String, size: Int, date: Date)] = []
    for name in names {
      let path = "\(folder)/\(name)"
      guard let facts = try? files.attributesOfItem(atPath: path),
        let date = facts[.modificationDate] as? Date
      else { continue }
      if name.hasSuffix(".tmp"), date.timeIntervalSinceNow < -86_400 {
        try? files.removeItem(atPath: path)
      } else if name.hasSuffix(".pixels") {
        kept.append((path, (facts[.size] as? Int) ?? 0, date))
      }
    }
    var total = kept.reduce(bytes) { $0 + $1.size }
    for file in kept.sorted(by: { $0.date < $1.date }) where total > limit {
      try? files.removeItem(atPath: file.path)
      total -= file.size
    }
  }
}
