import Foundation

/// A new folder, gone when the object is.
package final class ScratchFolder: Sendable {
  /// The folder's path, without a slash at its end.
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "petl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file or folder in it.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a text, and makes the folders that lead to it.
  package func write(_ text: String, to name: String) throws {
    try makeFolder(of: name)
    try Data(text.utf8).write(to: URL(filePath: file(name)))
  }

  /// Copies a file or folder of Tests/Fixtures, and makes the folders that lead to the copy.
  package func copy(fixture source: String, to name: String) throws {
    try makeFolder(of: name)
    try FileManager.default.copyItem(atPath: fixture(source), toPath: file(name))
  }

  /// Copies an image of Tests/Fixtures/images.
  package func copy(image: String, to name: String) throws {
    try copy(fixture: "images/\(image)", to: name)
  }

  /// The text of a file in it.
  package func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  private func makeFolder(of name: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: file(name)).deletingLastPathComponent(), withIntermediateDirectories: true)
  }
}

/// Calls `body` with the path of a new folder, and removes the folder afterwards.
package func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try ScratchFolder()
  return try withExtendedLifetime(folder) { try body(folder.path) }
}
