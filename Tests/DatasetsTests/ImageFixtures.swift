import Checkpoints
import Foundation
import PETL
import TestSupport

@testable import Datasets

/// Odd image files and what Pillow makes of them: Tests/Fixtures/images, written by make_images.py.
enum ImageFixtures {
  static let folder = fixture("images")

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
