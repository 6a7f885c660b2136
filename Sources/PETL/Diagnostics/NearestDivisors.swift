/// The divisors of some numbers next to one that divides not all of them: what an error about blocks offers.
///
/// - Parameters:
///   - number: what was given, at least 1.
///   - widths: what it has to divide, each at least 1.
/// - Returns: the next smaller and the next larger common divisor, in words such as "4 or 6".
public func nearestDivisors(to number: Int, of widths: Int...) -> String {
  let most = widths.min() ?? 1
  func divides(_ n: Int) -> Bool { widths.allSatisfy { $0.isMultiple(of: n) } }
  let smaller = stride(from: min(number, most), through: 1, by: -1).first(where: divides)
  let larger = number < most ? (number + 1...most).first(where: divides) : nil
  return [smaller, larger].compactMap { $0.map(String.init) }.joined(separator: " or ")
}
