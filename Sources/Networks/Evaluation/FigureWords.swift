import Foundation

/// A number with a fixed count of digits after the point.
package func fixed(_ value: Double, _ digits: Int) -> String { formatted(value, "%.\(digits)f") }

/// A number with a power of ten and a digit after the point, such as 1.5e-04.
package func scientific(_ value: Double) -> String { formatted(value, "%.1e") }

/// A number with four significant digits at most.
package func significant(_ value: Double) -> String { formatted(value, "%.4g") }

/// A share as a percentage with one digit.
package func percent(_ share: Double?) -> String {
  share.map { fixed($0 * 100, 1) + " %" } ?? "–"
}

/// What is not a number has no sign: that is chance, and differs between machines.
private func formatted(_ value: Double, _ format: String) -> String {
  value.isNaN ? "nan" : String(format: format, value)
}
