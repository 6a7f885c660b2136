import Foundation

/// A range of numbers with ticks at 1, 2 or 5 times a power of ten.
struct Axis {
  /// The least and the largest number that is shown; never equal.
  let range: ClosedRange<Double>
  /// The ticks in the range, rising.
  let ticks: [Double]
  /// How far apart ticks are.
  private let step: Double

  /// An axis on which all values find room.
  ///
  /// - Parameters:
  ///   - values: those that are not finite do not count; none give 0 … 1.
  ///   - limits: what the range may not leave, such as 0 … 1 of a share.
  ///   - count: about how many ticks.
  ///   - isWhole: whether ticks are whole numbers and the range ends with the values.
  init(
    holding values: [Double], limits: ClosedRange<Double>? = nil, count: Int = 4,
    isWhole: Bool = false
  ) {
    // Beyond this, differences of neighbours overflow or round to nothing that can be drawn.
    let finite = values.filter { abs($0) < 1e100 }
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if high - low <= abs(high) * 1e-9 {
      let margin = isWhole ? 1 : max(abs(high) * 0.1, 0.05)
      (low, high) = (low - margin, high + margin)
    }
    if let limits {
      (low, high) = (max(low, limits.lowerBound), min(high, limits.upperBound))
      if !(low < high) { (low, high) = (limits.lowerBound, limits.upperBound) }
    }
    var step = Self.roundStep((high - low) / Double(max(1, count)))
    if isWhole { step = max(1, step.rounded(.up)) }
    if !isWhole {
      (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step)
    }
    range = low...high
    self.step = step
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
  }

  /// Where a value is, 0 at the start of the range and 1 at its end.
  func position(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// What is written at each tick, never the same at two.
  ///
  /// Numbers have as many digits after the point as their step; where these would be many, or the numbers are a million
  /// and more, they have an exponent.
  ///
  /// - Parameter isShare: whether they are written as percentages.
  /// - Returns: as many as there are ticks.
  func labels(isShare: Bool = false) -> [String] {
    let factor = isShare ? 100.0 : 1
    let shown = ticks.map { abs($0) < step * 1e-6 ? 0 : $0 * factor }
    let digits = max(0, -log10(step * factor * (1 + 1e-9)).rounded(.down))
    let largest = shown.map(abs).max() ?? 0
    let texts =
      digits <= Self.mostDigits && largest < 1e6
      ? shown.map { figure($0, Int(digits)) } : distinctLabels(shown, digits: 3)
    return isShare ? texts.map { "\($0) %" } : texts
  }

  /// The most digits after the point without an exponent.
  private static let mostDigits = 6.0

  /// The least of 1, 2 and 5 times a power of ten that is not below a step.
  private static func roundStep(_ raw: Double) -> Double {
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    return factor * power
  }
}
