import Foundation

/// The horizontal axis of a number that was varied: logarithmic where its values span a decade or more.
///
/// On a logarithmic axis 0 has a place of its own at the left end, apart from the others.
struct ValueAxis {
  /// Whether the axis is logarithmic.
  let isLogarithmic: Bool
  /// Some of the values, so far apart that their labels do not meet, rising.
  let ticks: [ChartFrame.Tick]
  private let range: ClosedRange<Double>
  private let start: Double
  private let names: [Double: String]

  /// The share of the axis that is left free at both ends.
  private static let margin = 0.05
  /// Where positive values begin when 0 is shown, too.
  private static let gap = 0.22

  /// An axis on which all values find room.
  ///
  /// - Parameters:
  ///   - values: finite ones.
  ///   - width: how wide it is, in the drawing's units.
  init(holding values: [Double], width: Double) {
    let sorted = Set(values).sorted()
    let positive = sorted.filter { $0 > 0 }
    let (least, largest) = (positive.first ?? 1, positive.last ?? 1)
    isLogarithmic = sorted.allSatisfy { $0 >= 0 } && largest >= least * 10 * (1 - 1e-9)
    let shown =
      isLogarithmic ? (log10(least), log10(largest)) : (sorted.first ?? 0, sorted.last ?? 0)
    // One value alone stands in the middle.
    range = shown.0 < shown.1 ? shown.0...shown.1 : (shown.0 - 1)...(shown.1 + 1)
    start = isLogarithmic && sorted.contains(0) ? Self.gap : Self.margin
    let labels = distinctLabels(sorted, digits: 4)
    names = Dictionary(zip(sorted, labels)) { first, _ in first }
    var found: [ChartFrame.Tick] = []
    var end = -Double.infinity
    for (value, label) in zip(sorted, labels) {
      let place = Self.place(value, isLogarithmic, range, start)
      let half = (Double(label.count) * 6.2 + 8) / 2 / width
      guard place - half >= end else { continue }
      found.append(ChartFrame.Tick(place: place, label: label))
      end = place + half
    }
    ticks = found
  }

  /// Where a value is, 0 at the left end and 1 at the right.
  func place(of value: Double) -> Double { Self.place(value, isLogarithmic, range, start) }

  private static func place(
    _ value: Double, _ isLogarithmic: Bool, _ range: ClosedRange<Double>, _ start: Double
  ) -> Double {
    if isLogarithmic, value == 0 { return margin }
    let shown = isLogarithmic ? log10(value) : value
    let share = (shown - range.lowerBound) / (range.upperBound - range.lowerBound)
    return start + share * (1 - margin - start)
  }

  /// A value as short as it can be written and told from the others.
  func label(of value: Double) -> String { names[value] ?? shortFigure(value) }
}
