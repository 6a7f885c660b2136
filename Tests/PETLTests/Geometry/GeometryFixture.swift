import PETL
import TestSupport

/// The geometries in what `Tests/Fixtures/make_geometry.py` wrote.
struct GeometryFixture: Decodable, Sendable {
  /// What a geometry makes of a gradient.
  struct Field: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let lambda: Double
    let value: FixtureTensor
    let gradient: FixtureTensor
    let output: FixtureTensor

    var description: String { "\(name) \(value.shape)" }
    var geometry: any ParameterGeometry { named(name, lambda: lambda, hidden: nil) }
  }

  /// Where a geometry lets a proposed step lead.
  struct Step: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let hidden: Int
    let rate: Float
    let value: FixtureTensor
    let proposed: FixtureTensor
    let output: FixtureTensor

    var description: String { "\(name) \(value.shape) hidden \(hidden)" }
    var geometry: any ParameterGeometry {
      named(name, lambda: 1, hidden: hidden == 0 ? nil : hidden)
    }
  }

  let fields: [Field]
  let steps: [Step]

  static let shared: GeometryFixture = requiredFixture("geometry.json")
}

private func named(_ name: String, lambda: Double, hidden: Int?) -> any ParameterGeometry {
  switch name {
  case "landing": StiefelLanding(lambda: lambda)
  case "landing-paper": StiefelLanding(paperLambda: lambda)
  case "soft": SoftOrthogonal(lambda: lambda)
  case "polar": StiefelPolar()
  case "qr": StiefelQR()
  case "stella": StiefelStelLA(hidden: hidden)
  case "spel": StiefelSPEL()
  default: fatalError("There is no geometry '\(name)'.")
  }
}

/// The largest difference.
func gap(_ a: Tensor, _ b: Tensor) -> Float {
  precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
  return zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
}
