import Checkpoints
import Foundation
import PETL
import Testing

/// The path of a file or folder under Tests/Fixtures.
package func fixture(_ name: String) -> String { Checkout.path("Tests/Fixtures/\(name)") }

/// A JSON file under Tests/Fixtures.
package func decodedFixture<Content: Decodable>(
  _ name: String, as type: Content.Type = Content.self
) throws -> Content {
  try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: fixture(name))))
}

/// The same for constants that tests are listed by: a test of a fixture that is not there ends here.
package func requiredFixture<Content: Decodable>(
  _ name: String, as type: Content.Type = Content.self
) -> Content {
  do { return try decodedFixture(name) } catch { fatalError("\(fixture(name)): \(error)") }
}

/// A tensor in a JSON file.
package struct FixtureTensor: Decodable, Sendable {
  package let shape: [Int]
  package let values: [Float]

  package var tensor: Tensor { Tensor(values, shape: shape) }
}

extension SafetensorsFile {
  /// A file under Tests/Fixtures.
  package convenience init(fixture name: String) throws { try self.init(path: fixture(name)) }

  /// A tensor of the file; a failure of the test where there is none.
  package func tensor(_ name: String) throws -> Tensor {
    let shape = try #require(entry(name), "\(self.name) has no \(name)").shape
    return Tensor(try floats(name), shape: shape)
  }
}
