import PETL
import PoLAR
import TestSupport

/// The adapters in what `Tests/Fixtures/make_geometry.py` wrote.
struct PoLARFixture: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let theta: String
    let alpha: Double
    let rank: Int
    let parameters: [FixtureTensor]
    let input: FixtureTensor
    let upstream: FixtureTensor
    let output: FixtureTensor
    let merged: FixtureTensor
    let gradients: [FixtureTensor]

    var description: String { theta }
  }

  let adapters: [Case]

  static let shared: PoLARFixture = requiredFixture("geometry.json")
}
