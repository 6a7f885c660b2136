/// What becomes of the parts that a splitting rule finds.
enum SplitBehavior: String, Sendable, CaseIterable {
  /// They go.
  case removed = "Removed"
  /// Each is a piece.
  case isolated = "Isolated"
  /// Each goes to the end of the piece before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Each goes to the beginning of the piece after it.
  case mergedWithNext = "MergedWithNext"
  /// Those that touch are one piece.
  case contiguous = "Contiguous"

  /// A part of a text, and whether the rule found it.
  typealias Part = (range: Range<Int>, isMatch: Bool)

  /// The pieces of a text.
  ///
  /// - Parameter parts: cover the text, in order.
  /// - Returns: the pieces, in order.
  func pieces(_ parts: [Part]) -> [Range<Int>] {
    switch self {
    case .removed: return parts.filter { !$0.isMatch }.map(\.range)
    case .isolated: return parts.map(\.range)
    case .mergedWithNext: return mergedWithNext(parts)
    case .mergedWithPrevious: return merged(parts) { $1 && !$0 }
    case .contiguous: return merged(parts) { $0 == $1 }
    }
  }

  /// Joins a part to the piece before it where `joins` says so of the part before and of this one.
  private func merged(_ parts: [Part], _ joins: (Bool, Bool) -> Bool) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var previous = false
    for part in parts {
      if joins(previous, part.isMatch), let last = pieces.popLast() {
        pieces.append(last.lowerBound..<part.range.upperBound)
      } else {
        pieces.append(part.range)
      }
      previous = part.isMatch
    }
    return pieces
  }

  private func mergedWithNext(_ parts: [Part]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var previous = false
    for part in parts.reversed() {
      if part.isMatch, !previous, let last = pieces.popLast() {
        pieces.append(part.range.lowerBound..<last.upperBound)
      } else {
        pieces.append(part.range)
      }
      previous = part.isMatch
    }
    return pieces.reversed()
  }
}
