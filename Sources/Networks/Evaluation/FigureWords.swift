import Foundation

/// A number with a fixed count of digits after the point.
package func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}

/// A share as a percentage with one digit.
package func percent(_ share: Double?) -> String {
  share.map { fixed($0 * 100, 1) + " %" } ?? "–"
}
