/// The candidate closest to `name` by edit distance, if it is close enough to be what was meant.
///
/// Case and the difference between `-` and `_` do not count. "Close enough" is a distance of at
/// most a third of the longer name, and at least one (our choice).
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = foldedName(name)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(wanted, foldedName(candidate))
    let limit = max(1, max(wanted.count, candidate.count) / 3)
    if distance <= limit, distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.name
}

private func foldedName(_ name: String) -> [Character] {
  name.lowercased().map { $0 == "-" ? "_" : $0 }
}

/// The number of insertions, deletions, substitutions and swaps of neighbours that
/// lead from `a` to `b`.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i] + Array(repeating: 0, count: b.count)
    for j in 1...b.count {
      let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      current[j] = min(previous[j] + 1, current[j - 1] + 1, substitution)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        current[j] = min(current[j], beforePrevious[j - 2] + 1)
      }
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}
