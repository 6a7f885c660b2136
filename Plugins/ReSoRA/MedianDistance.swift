/// So few pairs are sorted.
private let few = 64

/// The median of |x − y| over the pairs of different numbers; the lower one of two, and 0 when all
/// are equal.
///
/// Interpolation of the distance with a linear count of the pairs below it, then selection among the
/// few that are left: the pairs are never listed. The numbers must be sorted.
func medianDistance(_ sorted: [Float]) -> Double {
  guard sorted.allSatisfy(\.isFinite) else { return .nan }
  guard let first = sorted.first, let last = sorted.last, last > first else { return 0 }
  let all = sorted.count * (sorted.count - 1) / 2
  let equal = sorted.pairs(within: 0)
  let wanted = equal + (all - equal + 1) / 2
  var (low, high) = (0.0, Double(last) - Double(first))
  var (below, within) = (equal, all)
  var guesses = sorted.guesses
  while within - below > few, high - low > 1e-10 * high {
    // Two guesses, then interpolation, a little beyond the median to cut the longer side off.
    let part = Double(wanted - below) / Double(within - below)
    let aim = part < 0.5 ? part + 0.03 : part - 0.03
    var middle = guesses.popLast() ?? low + (high - low) * aim
    if middle <= low || middle >= high { middle = (low + high) / 2 }
    let length = high - low
    let count = sorted.pairs(within: middle)
    if count >= wanted { (high, within) = (middle, count) } else { (low, below) = (middle, count) }
    if high - low > 0.7 * length, guesses.isEmpty { guesses = [(low + high) / 2] }
  }
  if within - below > few { return high }
  return sorted.distances(above: low, to: high).sorted()[wanted - below - 1]
}

extension [Float] {
  /// Two distances that have the median between them most of the time: quantiles of 16 of the numbers.
  fileprivate var guesses: [Double] {
    let some = (0..<16).map { Double(self[(2 * $0 + 1) * count / 32]) }
    var distances: [Double] = []
    for (position, value) in some.enumerated() {
      for other in some[..<position] where value > other { distances.append(value - other) }
    }
    distances.sort()
    return [0.46, 0.54].map { distances.isEmpty ? 0 : distances[Int($0 * Double(distances.count))] }
  }

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
