extension PatternParser {
  /// `(?i)` and the like at the very start, which hold for all of the expression.
  mutating func readGlobalFlags() throws {
    while position + 2 < scalars.count, scalars[position] == "(", scalars[position + 1] == "?" {
      let start = position
      position += 2
      var found = flags
      var isEmpty = true
      while let scalar = next, Self.isFlag(scalar) {
        try set(scalar, in: &found, to: true)
        position += 1
        isEmpty = false
      }
      guard !isEmpty, take(")") else {
        position = start
        return
      }
      flags = found
    }
  }

  private static func isFlag(_ scalar: Unicode.Scalar) -> Bool {
    "aiLmsux".unicodeScalars.contains(scalar)
  }

  private func set(_ scalar: Unicode.Scalar, in flags: inout Flags, to value: Bool) throws {
    switch scalar {
    case "a": flags.isASCII = value
    case "i": flags.ignoresCase = value
    case "m": flags.isMultiline = value
    case "s": flags.dotTakesAll = value
    case "x": flags.isVerbose = value
    case "u": flags.isASCII = false
    default: throw invalid("the flag L is for bytes")
    }
  }

  /// What follows an opening parenthesis; nil for a comment.
  mutating func group() throws -> PatternNode? {
    guard take("?") else { return try captured(nil) }
    guard let kind = next else { throw invalid("unexpected end of pattern") }
    position += 1
    switch kind {
    case ":": return try closed()
    case ">": return .atomic(try closed())
    case "#":
      while let scalar = next, scalar != ")" { position += 1 }
      guard take(")") else { throw invalid("missing ), unterminated comment") }
      return nil
    case "=": return .look(try closed(), behind: nil, isNegative: false)
    case "!": return .look(try closed(), behind: nil, isNegative: true)
    case "<": return try lookBehind()
    case "P": return try named()
    case "(": return try conditional()
    default:
      position -= 1
      return try flagged()
    }
  }

  /// The alternatives up to the closing parenthesis.
  private mutating func closed() throws -> PatternNode {
    let outer = flags
    let node = try alternatives()
    flags = outer
    guard take(")") else { throw invalid("missing ), unterminated subpattern") }
    // One part, whatever is in it: a repetition in it may be repeated.
    if case .sequence(let parts) = node, parts.count == 1 { return parts[0] }
    return node
  }

  private mutating func captured(_ name: String?) throws -> PatternNode {
    let number = groupCount
    groupCount += 1
    if let name {
      guard names[name] == nil else { throw invalid("redefinition of group name '\(name)'") }
      names[name] = number
    }
    openGroups.insert(number)
    let node = try closed()
    openGroups.remove(number)
    return .capture(number, node)
  }

  private mutating func lookBehind() throws -> PatternNode {
    guard let sign = next, sign == "=" || sign == "!" else {
      throw PatternFault(
        "is not a regular expression of Python: `(?<` is followed by neither `=` nor `!`",
        hint: "a named group is `(?P<name>…)`")
    }
    position += 1
    let node = try closed()
    if node.refersBack {
      throw unsupported(
        "a reference back inside of a look-behind", instead: "write out what it refers to")
    }
    let width = node.width
    guard width.most == width.least else {
      throw invalid("look-behind requires fixed-width pattern")
    }
    return .look(node, behind: width.least, isNegative: sign == "!")
  }

  private mutating func named() throws -> PatternNode {
    if take("<") { return try captured(try name(until: ">")) }
    guard take("=") else { throw invalid("unknown extension ?P") }
    let name = try name(until: ")")
    guard let group = names[name] else { throw invalid("unknown group name '\(name)'") }
    guard !openGroups.contains(group) else { throw invalid("cannot refer to an open group") }
    return .reference(group, ignoresCase: flags.ignoresCase)
  }

  private mutating func name(until end: Unicode.Scalar) throws -> String {
    var name = String.UnicodeScalarView()
    while let scalar = next, scalar != end {
      name.append(scalar)
      position += 1
    }
    guard take(end) else { throw invalid("missing \(end), unterminated name") }
    guard let first = name.first, first.isWordPart(isASCII: true), !first.isDigit(isASCII: true),
      name.allSatisfy({ $0.isWordPart(isASCII: true) })
    else {
      throw name.allSatisfy(\.isASCII)
        ? invalid("bad character in group name '\(String(name))'")
        : unsupported("the group name '\(String(name))'", instead: "name it in ASCII")
    }
    return String(name)
  }

  private mutating func conditional() throws -> PatternNode {
    var text = ""
    while let scalar = next, scalar != ")" {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    guard take(")") else { throw invalid("missing ), unterminated name") }
    let group: Int
    if let number = Int(text), text.allSatisfy({ ("0"..."9").contains($0) }) {
      guard number > 0, number < 1000 else { throw invalid("bad group number") }
      group = number
      conditions.append(number)
    } else {
      guard let number = names[text] else { throw invalid("unknown group name '\(text)'") }
      group = number
    }
    depth += 1
    defer { depth -= 1 }
    let yes = try sequence()
    let no = take("|") ? try sequence() : .sequence([])
    if next == "|" { throw invalid("conditional backref with more than two branches") }
    guard take(")") else { throw invalid("missing ), unterminated subpattern") }
    return .conditional(group, yes, no)
  }

  /// `(?i:…)`, `(?s-i:…)`.
  private mutating func flagged() throws -> PatternNode {
    var inner = flags
    var isOn = true
    var count = 0
    while let scalar = next, scalar != ":" {
      if scalar == "-", isOn {
        isOn = false
        count = 0
      } else if Self.isFlag(scalar) {
        if !isOn, scalar == "a" || scalar == "u" {
          throw invalid("bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
        }
        try set(scalar, in: &inner, to: isOn)
        count += 1
      } else if scalar == ")", isOn, count > 0 {
        throw invalid("global flags not at the start of the expression")
      } else {
        throw invalid("unknown extension ?\(scalar)")
      }
      position += 1
    }
    guard take(":") else { throw invalid("missing :") }
    guard count > 0 else { throw invalid("missing flag") }
    let outer = flags
    flags = inner
    let node = try alternatives()
    flags = outer
    guard take(")") else { throw invalid("missing ), unterminated subpattern") }
    return node
  }
}
