/// Runs the steps of an expression over a text, the first choice first.
///
/// A step of a regular expression that failed once at a place of the text is not tried there again, so the
/// time is bounded by their product.
struct PatternMachine {
  /// What is done when a match fails: the next choice, or a value from before.
  private enum Trail {
    case choice(step: Int, place: Int)
    case save(Int, Int)
    case loop(Int, Int)
  }

  let text: [Unicode.Scalar]
  /// How many steps may still be taken.
  private(set) var steps: Int
  private let program: PatternProgram
  /// Where each group begins and ends; −1 of one that has not matched.
  private var saved: [Int]
  private var loops: [Int]
  private var trail: [Trail] = []

  init(_ program: PatternProgram, _ text: [Unicode.Scalar], steps: Int) {
    (self.program, self.text, self.steps) = (program, text, steps)
    saved = .init(repeating: -1, count: 2 * program.groups)
    loops = .init(repeating: -1, count: program.loops)
  }

  /// What a group has matched.
  func range(of group: Int) -> Range<Int>? {
    let (start, end) = (saved[2 * group], saved[2 * group + 1])
    return start >= 0 && end >= start ? start..<end : nil
  }

  private mutating func spend(_ count: Int) throws {
    steps -= count
    guard steps >= 0 else {
      throw PatternFault(
        "takes too long to match", hint: "write it without repetitions inside of repetitions")
    }
  }

  /// Matches a part of the program from `start` on.
  ///
  /// - Parameters:
  ///   - index: An index of the program's parts.
  ///   - start: Where the match begins.
  ///   - toEnd: Whether it must end with the text.
  /// - Returns: Where the match ends; nil without one.
  /// - Throws: `PatternFault` when the steps are used up.
  mutating func run(_ index: Int, at start: Int, toEnd: Bool) throws -> Int? {
    let part = program.parts[index]
    let base = trail.count
    let width = text.count + 1
    // Which steps were tried where.
    var tried: [UInt64] = []
    if program.isRegular {
      let words = (part.count * width + 63) / 64
      try spend(words / 64)
      tried = .init(repeating: 0, count: words)
    }
    var (step, place) = (0, start)
    while true {
      try spend(1)
      var goesOn = true
      if program.isRegular {
        let cell = step * width + place
        let bit: UInt64 = 1 << UInt64(cell & 63)
        goesOn = tried[cell >> 6] & bit == 0
        tried[cell >> 6] |= bit
      }
      if goesOn {
        if case .match = part[step] {
          if !toEnd || place == text.count {
            settle(base)
            return place
          }
          goesOn = false
        } else {
          goesOn = try take(part[step], &step, &place)
        }
      }
      if !goesOn {
        guard let choice = retreat(to: base) else { return nil }
        (step, place) = choice
      }
    }
  }

  /// Takes one step; false if it fails.
  private mutating func take(
    _ current: PatternProgram.Step, _ step: inout Int, _ place: inout Int
  ) throws -> Bool {
    step += 1
    switch current {
    case .set(let set):
      guard place < text.count, set.contains(text[place]) else { return false }
      place += 1
    case .place(let kind): return holds(kind, place)
    case .split(let first, let second):
      trail.append(.choice(step: second, place: place))
      step = first
    case .jump(let target): step = target
    case .save(let slot):
      trail.append(.save(slot, saved[slot]))
      saved[slot] = place
    case .enter(let loop):
      if !program.isRegular {
        trail.append(.loop(loop, loops[loop]))
        loops[loop] = place
      }
    case .leaveIfEmpty(let loop, let exit):
      if !program.isRegular, loops[loop] == place { step = exit }
    case .look(let part, let behind, let isNegative):
      return try look(part, behind, isNegative, place)
    case .atomic(let part):
      guard let end = try run(part, at: place, toEnd: false) else { return false }
      place = end
    case .reference(let group, let ignoresCase):
      guard let range = range(of: group), place + range.count <= text.count else { return false }
      for (a, b) in zip(text[range], text[place...])
      where a != b && !(ignoresCase && a.otherCase == b) {
        return false
      }
      place += range.count
    case .unless(let group, let other): if range(of: group) == nil { step = other }
    case .match: break
    }
    return true
  }

  private mutating func look(
    _ part: Int, _ behind: Int?, _ isNegative: Bool, _ place: Int
  ) throws -> Bool {
    let start = place - (behind ?? 0)
    guard start >= 0 else { return isNegative }
    let base = trail.count
    let found = try run(part, at: start, toEnd: false)
    if isNegative, found != nil {
      // What it has captured does not count.
      _ = retreat(to: base)
    }
    return (found != nil) != isNegative
  }

  private func holds(_ kind: PatternNode.Place, _ place: Int) -> Bool {
    switch kind {
    case .start: return place == 0
    case .lineStart: return place == 0 || text[place - 1] == "\n"
    case .end: return place == text.count
    case .lastLineEnd:
      return place == text.count || place == text.count - 1 && text[place] == "\n"
    case .lineEnd: return place == text.count || text[place] == "\n"
    case .boundary(let isNegative, let isASCII):
      // Neither kind holds in an empty text (Python up to 3.13).
      guard !text.isEmpty else { return false }
      let before = place > 0 && text[place - 1].isWordPart(isASCII: isASCII)
      let after = place < text.count && text[place].isWordPart(isASCII: isASCII)
      return (before != after) != isNegative
    }
  }

  /// Goes back to the last choice above `base`, and undoes what was done since.
  private mutating func retreat(to base: Int) -> (step: Int, place: Int)? {
    while trail.count > base, let last = trail.popLast() {
      switch last {
      case .choice(let step, let place): return (step, place)
      case .save(let slot, let value): saved[slot] = value
      case .loop(let loop, let value): loops[loop] = value
      }
    }
    return nil
  }

  /// Drops the choices above `base`, and keeps what is to be undone.
  private mutating func settle(_ base: Int) {
    var kept: [Trail] = []
    for item in trail[base...] {
      if case .choice = item { continue }
      kept.append(item)
    }
    trail.replaceSubrange(base..., with: kept)
  }
}
