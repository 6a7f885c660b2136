import Foundation

/// A range of numbers with ticks at 1, 2 or 5 times a power of ten.
struct Axis {
  /// The least and the largest number that is shown; never equal.
  let range: ClosedRange<Double>
  /// The ticks in the range, rising.
  let ticks: [Double]
  /// How many digits after the point a tick needs.
  let digits: Int

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
    digits = max(0, min(12, Int(min(12, max(0, -log10(step).rounded(.down))))))
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
  }

  /// Where a value is, 0 at the start of the range and 1 at its end.
  func position(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// A tick's label.
  func label(_ tick: Double) -> String {
    let size = abs(tick)
    if size >= 1e6 { return String(format: "%.3g", tick) }
    return figure(size < 1e-12 ? 0 : tick, digits)
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below a step.
  private static func roundStep(_ raw: Double) -> Double {
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    return factor * power
  }
}
