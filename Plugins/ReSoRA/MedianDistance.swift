/// The median of |x − y| over the pairs of different numbers; the lower one of two, and 0 when all
/// are equal.
///
/// Bisection on the distance with a linear count of the pairs below it: the pairs are never listed.
/// The numbers must be sorted.
func medianDistance(_ sorted: [Double]) -> Double {
  guard let first = sorted.first, let last = sorted.last, last > first else {
    return sorted.allSatisfy(\.isFinite) ? 0 : .nan
  }
  /// How many pairs are at most that far apart.
  func pairs(within distance: Double) -> Int {
    var total = 0
    var low = 0
    for (high, value) in sorted.enumerated() {
      while value - sorted[low] > distance { low += 1 }
      total += high - low
    }
    return total
  }
  let all = sorted.count * (sorted.count - 1) / 2
  let equal = pairs(within: 0)
  let wanted = equal + (all - equal + 1) / 2
  var (low, high) = (0.0, last - first)
  while high - low > 1e-10 * high {
    let middle = low + (high - low) / 2
    if middle <= low || middle >= high { break }
    if pairs(within: middle) >= wanted { high = middle } else { low = middle }
  }
  return high
}
