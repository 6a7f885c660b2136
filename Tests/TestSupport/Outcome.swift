import Foundation
import Testing

/// What a run of a program left.
package struct Outcome {
  package let code: Int32
  package let output: String
  package let complaints: String

  /// Standard output as one JSON object.
  package func json() throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
  }
}
