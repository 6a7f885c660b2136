/// The candidate closest to `name` by edit distance, if it is close enough to be what was meant.
///
/// Case and the difference between `-` and `_` do not count. "Close enough" is a distance of at
/// most a third of the longer name, and at least one (our choice). The work is bounded: names that a
/// file makes too long or too many have no nearest one.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  var search = NearestNames(among: candidates)
  return search.nearest(to: name)
}

/// Finds the nearest of the same names for several that are unknown, with bounded work.
///
/// Only as many are looked for as a list of mistakes shows, so that thousands of wrong names in a file
/// do not take the square of their number.
package struct NearestNames {
  /// The longest name that is compared, in Unicode scalars (our choice).
  static let longest = 256
  /// The most cells of tables of distances that are filled in, over all searches (our choice).
  static let mostWork = 20_000_000

  private let candidates: [(name: String, folded: [UInt32])]
  private var searches = 0
  /// The cells that were filled in so far, and the candidates that were looked at.
  private(set) var work = 0

  /// Searches among names.
  package init(among candidates: some Sequence<String>) {
    var room = Self.mostWork
    var kept: [(name: String, folded: [UInt32])] = []
    for name in candidates {
      room -= 1 + min(name.utf8.count, 4 * Self.longest)
      guard room > 0 else { break }
      // Of a name that is much longer than any that is compared only the length counts.
      guard name.utf8.count <= 6 * Self.longest else { continue }
      kept.append((name, Self.folded(name)))
    }
    self.candidates = kept
  }

  /// The nearest name, as `nearestName` has it; nil after more searches than a list of mistakes shows.
  package mutating func nearest(to name: String) -> String? {
    searches += 1
    guard searches <= Diagnostic.mostListed, name.utf8.count <= 4 * Self.longest else { return nil }
    let wanted = Self.folded(name)
    guard wanted.count <= Self.longest else { return nil }
    var best: (name: String, distance: Int)?
    for (candidate, folded) in candidates {
      guard work < Self.mostWork else { break }
      work += 1
      let limit = max(1, max(wanted.count, folded.count) / 3)
      let bound = min(limit, (best?.distance ?? .max) - 1)
      guard bound >= 0, abs(wanted.count - folded.count) <= bound,
        let distance = distance(wanted, folded, atMost: bound)
      else { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  private static func folded(_ name: String) -> [UInt32] {
    name.lowercased().unicodeScalars.map { $0 == "-" ? 0x5F : $0.value }
  }

  /// The number of insertions, deletions, substitutions and swaps of neighbours that lead from `a` to
  /// `b`; nil when there are more than `bound`.
  private mutating func distance(_ a: [UInt32], _ b: [UInt32], atMost bound: Int) -> Int? {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    let far = bound + 1
    var beforePrevious = [Int](repeating: far, count: b.count + 1)
    var previous = (0...b.count).map { min($0, far) }
    for i in 1...a.count {
      var current = [Int](repeating: far, count: b.count + 1)
      current[0] = min(i, far)
      // Farther from the diagonal than the bound every distance is larger than it.
      let columns = max(1, i - bound)..<max(max(1, i - bound), min(b.count, i + bound) + 1)
      var least = current[0]
      for j in columns {
        let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var value = min(previous[j] + 1, current[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          value = min(value, beforePrevious[j - 2] + 1)
        }
        current[j] = min(value, far)
        least = min(least, current[j])
      }
      work += columns.count
      // A swap reaches back two rows, never more than one below this row's least.
      if least > bound, previous.allSatisfy({ $0 > bound }) { return nil }
      beforePrevious = previous
      previous = current
    }
    return previous[b.count] <= bound ? previous[b.count] : nil
  }
}
