import Foundation
import TestSupport
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

  static let shared: ResizeFixture = requiredFixture("resize.json")
}
