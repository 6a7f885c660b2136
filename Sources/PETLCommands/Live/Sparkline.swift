import PETL

/// A curve as one line of text: each character's height is a value, or the mean of some that follow
/// one another.
struct Sparkline {
  /// The values from the first to the last.
  let values: [Double]

  /// The curve, from its lowest value to its highest; a straight one is in the middle.
  ///
  /// - Parameters:
  ///   - width: the most characters; of more values, each character shows the mean of several.
  ///   - glyphs: the levels.
  /// - Returns: a character for each value or mean, a blank for one that is not finite.
  func text(width: Int, _ glyphs: Glyphs) -> String {
    let means = means(width)
    let finite = means.filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max() else {
      return String(repeating: " ", count: means.count)
    }
    let levels = glyphs.levels
    return String(
      means.map { value in
        guard value.isFinite else { return " " }
        // Halves keep a sum of the extremes from overflowing.
        let range = highest / 2 - lowest / 2
        guard range > 0 else { return levels[levels.count / 2] }
        let share = (value / 2 - lowest / 2) / range
        return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
      })
  }

  /// At most `count` values, each the mean of neighbours.
  private func means(_ count: Int) -> [Double] {
    guard values.count > count, count > 0 else { return Array(values.prefix(max(0, count))) }
    return (0..<count).map { index in
      let part = values[index * values.count / count..<(index + 1) * values.count / count]
      return part.reduce(0) { $0 + $1 / Double(part.count) }
    }
  }
}

/// Values that keep coming, of which a bounded number of means is kept.
struct BoundedCurve {
  /// The means of neighbours, all of the same number of values.
  private(set) var means: [Double] = []
  private let limit: Int
  private var stride = 1
  private var pending: (sum: Double, count: Int) = (0, 0)

  /// - Parameter limit: the most means, an even number.
  init(limit: Int = 512) {
    require(limit > 0 && limit.isMultiple(of: 2), "Pairs of means become one.")
    self.limit = limit
  }

  mutating func add(_ value: Double) {
    pending = (pending.sum + value, pending.count + 1)
    guard pending.count == stride else { return }
    means.append(pending.sum / Double(stride))
    pending = (0, 0)
    guard means.count == limit else { return }
    means = Swift.stride(from: 0, to: limit, by: 2).map { (means[$0] + means[$0 + 1]) / 2 }
    stride *= 2
  }
}
