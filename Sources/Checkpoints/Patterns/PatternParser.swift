/// Reads an expression of Python's `re` into its parts.
struct PatternParser {
  /// `(?aimsux)`.
  struct Flags {
    var isASCII = false
    var ignoresCase = false
    var isMultiline = false
    var dotTakesAll = false
    var isVerbose = false
  }

  /// How deep groups may lie in each other (our choice).
  static let maximumDepth = 100

  let scalars: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  /// How many groups were opened, the whole match among them.
  var groupCount = 1
  /// The numbers of the named groups.
  var names: [String: Int] = [:]
  var openGroups: Set<Int> = []
  /// Groups that a condition speaks of, which must be there in the end.
  var conditions: [Int] = []
  var depth = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  /// Reads the whole expression.
  ///
  /// - Throws: `PatternFault` with what is wrong.
  mutating func parse() throws -> PatternNode {
    try readGlobalFlags()
    let node = try alternatives()
    if position < scalars.count { throw invalid("unbalanced parenthesis") }
    if let group = conditions.first(where: { $0 >= groupCount }) {
      throw invalid("there is no group \(group)")
    }
    return node
  }

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  /// Steps over `expected` if it comes next.
  mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard next == expected else { return false }
    position += 1
    return true
  }

  /// What Python's own compiler would complain about.
  func invalid(_ what: String) -> PatternFault {
    PatternFault("is not a regular expression: \(what) at position \(min(position, scalars.count))")
  }

  /// What Python takes and is not matched here.
  func unsupported(_ what: String, instead: String) -> PatternFault {
    PatternFault("holds \(what), which is not supported", hint: instead)
  }

  /// `a|b|c`, up to a closing parenthesis or the end.
  mutating func alternatives() throws -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw unsupported(
        "more than \(Self.maximumDepth) groups inside each other", instead: "write it flatter")
    }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  /// Parts one after the other, up to `|`, a closing parenthesis or the end.
  mutating func sequence() throws -> PatternNode {
    var parts: [PatternNode] = []
    // Whether the last part is itself a repetition, or a place, or nothing at all.
    var last = Last.nothing
    while let scalar = next, scalar != "|", scalar != ")" {
      position += 1
      if flags.isVerbose, skips(scalar) { continue }
      if let (least, most) = try repetition(scalar) {
        guard let part = parts.popLast(), last == .part || last == .repetition else {
          throw invalid("nothing to repeat")
        }
        guard last == .part else { throw invalid("multiple repeat") }
        let isLazy = take("?")
        let isPossessive = !isLazy && take("+")
        let node = PatternNode.repeated(part, least: least, most: most, isLazy: isLazy)
        parts.append(isPossessive ? .atomic(node) : node)
        last = .repetition
      } else if let part = try one(scalar) {
        parts.append(part)
        // A place in a group of its own may be repeated.
        if case .place = part, scalar != "(" { last = .place } else { last = .part }
      }
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private enum Last {
    case nothing, place, part, repetition
  }

  /// Steps over white space and comments of a verbose expression.
  private mutating func skips(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "#" {
      while let rest = next, rest != "\n" { position += 1 }
      return true
    }
    return " \t\n\r\u{0B}\u{0C}".unicodeScalars.contains(scalar)
  }

  /// The bounds of a repetition that begins with `scalar`; nil where it begins none.
  private mutating func repetition(_ scalar: Unicode.Scalar) throws -> (Int, Int?)? {
    switch scalar {
    case "*": return (0, nil)
    case "+": return (1, nil)
    case "?": return (0, 1)
    case "{":
      let start = position
      if next == "}" { return nil }
      let least = digits()
      let most = take(",") ? digits() : least
      guard take("}") else {
        position = start
        return nil
      }
      if least == nil, most == nil, scalars[position - 2] != "," { return nil }
      let bounds = (try number(least) ?? 0, try number(most))
      if let most = bounds.1, most < bounds.0 {
        throw invalid("min repeat greater than max repeat")
      }
      return bounds
    default: return nil
    }
  }

  private mutating func digits() -> String? {
    var found = ""
    while let scalar = next, ("0"..."9").contains(scalar) {
      found.unicodeScalars.append(scalar)
      position += 1
    }
    return found.isEmpty ? nil : found
  }

  private func number(_ text: String?) throws -> Int? {
    guard let text else { return nil }
    guard let number = Int(text), number <= 1000 else {
      throw unsupported("`{\(text.prefix(20))}`", instead: "repeat at most 1000 times, or use `*`")
    }
    return number
  }

  /// The part that begins with `scalar`; nil for a comment.
  private mutating func one(_ scalar: Unicode.Scalar) throws -> PatternNode? {
    switch scalar {
    case ".": .set(.any(takesLineFeed: flags.dotTakesAll))
    case "^": .place(flags.isMultiline ? .lineStart : .start)
    case "$": .place(flags.isMultiline ? .lineEnd : .lastLineEnd)
    case "(": try group()
    case "[": .set(try characterClass())
    case "\\": try escape()
    default: try literal(scalar)
    }
  }

  /// One scalar that stands for itself.
  func literal(_ scalar: Unicode.Scalar) throws -> PatternNode {
    if flags.ignoresCase, !scalar.isASCII {
      throw unsupported(
        "`\(scalar)` where case is ignored", instead: "write both cases in a class")
    }
    return .set(ScalarSet(scalar, ignoresCase: flags.ignoresCase))
  }
}
