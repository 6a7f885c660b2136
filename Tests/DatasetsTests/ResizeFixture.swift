import Foundation
import Testing

/// What Pillow and PyTorch made of random images: Tests/Fixtures/resize.json.
struct ResizeFixture: Decodable {
  /// One image that Pillow resized.
  struct Case: Decodable, CustomTestStringConvertible {
    let filter: String
    let input: Data
    let shape: [Int]
    let size: [Int]
    let output: Data

    var testDescription: String { "\(filter) \(shape) to \(size)" }
  }

  let pillow: [Case]
  let normalized: [String: Data]

  static let shared: ResizeFixture = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/resize.json")
    do {
      return try JSONDecoder().decode(ResizeFixture.self, from: Data(contentsOf: url))
    } catch {
      preconditionFailure("Tests/Fixtures/resize.json cannot be read: \(error)")
    }
  }()
}
