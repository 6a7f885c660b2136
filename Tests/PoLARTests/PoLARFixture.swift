import Foundation
import PETL
import PoLAR

/// The adapters in what `Tests/Fixtures/make_geometry.py` wrote.
struct PoLARFixture: Decodable, Sendable {
  struct Values: Decodable, Sendable {
    let shape: [Int]
    let values: [Float]

    var tensor: Tensor { Tensor(values, shape: shape) }
  }

  struct Case: Decodable, Sendable, CustomStringConvertible {
    let theta: String
    let alpha: Double
    let rank: Int
    let parameters: [Values]
    let input: Values
    let upstream: Values
    let output: Values
    let merged: Values
    let gradients: [Values]

    var description: String { theta }
  }

  let adapters: [Case]

  static let shared: PoLARFixture = {
    let file = URL(filePath: #filePath).appending(path: "../../Fixtures/geometry.json").standardized
    do {
      return try JSONDecoder().decode(PoLARFixture.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path) cannot be read: \(error)")
    }
  }()
}
