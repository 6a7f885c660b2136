/// A part of an expression.
indirect enum PatternNode: Sendable {
  /// One scalar of a set.
  case set(ScalarSet)
  /// One part after the other.
  case sequence([PatternNode])
  /// The first of several that leads to a match.
  case choice([PatternNode])
  /// A group that is captured.
  case capture(Int, PatternNode)
  /// A part several times, without an upper bound where `most` is nil.
  case repeated(PatternNode, least: Int, most: Int?, isLazy: Bool)
  /// A part whose first match is kept: `(?>…)`, and what a possessive `*+` repeats.
  case atomic(PatternNode)
  /// A place.
  case place(Place)
  /// `(?=…)`, `(?!…)`, and with a width `(?<=…)`, `(?<!…)`.
  case look(PatternNode, behind: Int?, isNegative: Bool)
  /// The text of a group again.
  case reference(Int, ignoresCase: Bool)
  /// One part where a group has matched, and another where not.
  case conditional(Int, PatternNode, PatternNode)

  /// A place between scalars.
  enum Place: Sendable {
    /// `\A`, and `^` without its flag.
    case start
    /// `^` where each line counts.
    case lineStart
    /// `\Z`.
    case end
    /// `$`: the end, or before a line feed that ends the text.
    case lastLineEnd
    /// `$` where each line counts.
    case lineEnd
    /// `\b`, or `\B`.
    case boundary(isNegative: Bool, isASCII: Bool)
  }

  /// How long matches are at least, and at most; nil for one without a bound.
  var width: (least: Int, most: Int?) {
    func add(_ a: Int?, _ b: Int?) -> Int? {
      guard let a, let b else { return nil }
      return min(a + b, 1 << 32)
    }
    switch self {
    case .set: return (1, 1)
    case .sequence(let parts):
      return parts.map(\.width).reduce((0, 0)) {
        (min($0.least + $1.least, 1 << 32), add($0.most, $1.most))
      }
    case .choice(let parts):
      let widths = parts.map(\.width)
      let most = widths.map { $0.most ?? .max }.max() ?? 0
      return (widths.map(\.least).min() ?? 0, most == .max ? nil : most)
    case .capture(_, let part), .atomic(let part): return part.width
    case .repeated(let part, let least, let most, _):
      let one = part.width
      let isNothing = one.most == 0 || most == 0
      let total = most.flatMap { count in one.most.map { min($0, 1 << 20) * min(count, 1 << 12) } }
      return (min(one.least, 1 << 20) * min(least, 1 << 12), isNothing ? 0 : total)
    case .place, .look: return (0, 0)
    case .reference: return (0, nil)
    case .conditional(_, let yes, let no): return PatternNode.choice([yes, no]).width
    }
  }

  /// Whether what follows depends on what a group holds.
  var refersBack: Bool {
    switch self {
    case .reference, .conditional: true
    case .sequence(let parts), .choice(let parts): parts.contains(where: \.refersBack)
    case .capture(_, let part), .atomic(let part), .repeated(let part, _, _, _),
      .look(let part, _, _):
      part.refersBack
    case .set, .place: false
    }
  }
}
