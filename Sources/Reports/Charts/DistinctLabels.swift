import Foundation

/// Numbers as short as they can be written so that no two of them look the same.
///
/// - Parameters:
///   - values: finite ones; equal ones are written alike.
///   - digits: how many significant digits they have at least.
/// - Returns: a text for each.
func distinctLabels(_ values: [Double], digits: Int) -> [String] {
  let count = Set(values).count
  // With 17 digits no two numbers look the same.
  for digits in digits...17 {
    let labels = values.map { shortExponent(String(format: "%.\(digits)g", $0)) }
    if Set(labels).count == count { return labels }
  }
  return values.map { "\($0)" }
}
