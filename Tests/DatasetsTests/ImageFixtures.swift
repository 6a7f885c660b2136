import Checkpoints
import Foundation
import PETL

@testable import Datasets

/// Odd image files and what Pillow makes of them: Tests/Fixtures/images, written by make_images.py.
enum ImageFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/images").standardizedFileURL.path()

  /// U8 [H, W, 3] by file name, and resized versions.
  static let expected: SafetensorsFile = {
    do {
      return try SafetensorsFile(path: "\(folder)/expected.safetensors")
    } catch {
      preconditionFailure("Tests/Fixtures/images cannot be read: \(error)")
    }
  }()

  /// The names of the files that can be decoded.
  static let names = expected.entries.map(\.name).filter { !$0.contains("/") }.sorted()

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The files with an expected result of one kind.
  static func names(with kind: String) -> [String] {
    names.filter { expected.entry("\($0)/\(kind)") != nil }
  }

  /// One file as the only image of a set, all in one class.
  static func source(_ name: String) throws -> ImageSource {
    let item = try ImageFiles.Item(path: path(name), name: name, label: 0, place: nil)
    return .files(ImageFiles([item], origin: folder))
  }
}

/// A folder that is gone when the object is.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "petl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a text, and the folders that lead to it.
  func write(_ text: String, to name: String) throws {
    try makeFolder(of: name)
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
  }

  /// Copies one of the fixtures.
  func copy(_ fixture: String, to name: String) throws {
    try makeFolder(of: name)
    try FileManager.default.copyItem(
      atPath: ImageFixtures.path(fixture), toPath: "\(path)/\(name)")
  }

  private func makeFolder(of name: String) throws {
    let folder = "\(path)/\(name)".split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(
      atPath: "/\(folder)", withIntermediateDirectories: true)
  }
}

/// What a body throws, as it is printed, with the folder's path cut out.
func mistakes(in folder: TemporaryFolder, _ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)".replacingOccurrences(of: folder.path, with: "ROOT")
  }
}
