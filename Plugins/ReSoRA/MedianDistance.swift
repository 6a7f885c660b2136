/// The median of |x − y| over the pairs of different numbers; the lower one of two, and 0 when all
/// are equal.
///
/// Interpolation on the distance with a linear count of the pairs below it, then selection among the
/// few that are left: the pairs are never listed. The numbers must be sorted.
func medianDistance(_ sorted: [Float]) -> Double {
  guard sorted.allSatisfy(\.isFinite) else { return .nan }
  guard let first = sorted.first, let last = sorted.last, last > first else { return 0 }
  let all = sorted.count * (sorted.count - 1) / 2
  let equal = sorted.pairs(within: 0)
  let wanted = equal + (all - equal + 1) / 2
  var (low, high) = (0.0, Double(last) - Double(first))
  var (below, within) = (equal, all)
  // The interval halves at least every other time.
  var bisects = false
  while within - below > 64, high - low > 1e-10 * high {
    let part = bisects ? 0.5 : Double(wanted - below) / Double(within - below)
    let middle = low + (high - low) * min(0.98, max(0.02, part))
    let count = sorted.pairs(within: middle)
    let length = high - low
    if count >= wanted { (high, within) = (middle, count) } else { (low, below) = (middle, count) }
    bisects = high - low > length / 2
  }
  if within - below > 64 { return high }
  return sorted.distances(above: low, to: high).sorted()[wanted - below - 1]
}

extension [Float] {
  /// How many pairs are at most that far apart.
  fileprivate func pairs(within distance: Double) -> Int {
    var total = 0
    var low = 0
    for (high, value) in enumerated() {
      while Double(value) - Double(self[low]) > distance { low += 1 }
      total += high - low
    }
    return total
  }

  /// The distances of the pairs that are farther apart than `near` and at most `far`.
  fileprivate func distances(above near: Double, to far: Double) -> [Double] {
    var found: [Double] = []
    var start = 0
    for value in self {
      while Double(value) - Double(self[start]) > far { start += 1 }
      var low = start
      while Double(value) - Double(self[low]) > near {
        found.append(Double(value) - Double(self[low]))
        low += 1
      }
    }
    return found
  }
}
