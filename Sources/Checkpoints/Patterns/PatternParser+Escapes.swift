extension PatternParser {
  /// What follows a backslash outside of a class.
  mutating func escape() throws -> PatternNode {
    guard let scalar = next else { throw invalid("bad escape (end of pattern)") }
    position += 1
    switch scalar {
    case "A": return .place(.start)
    case "Z": return .place(.end)
    case "b", "B":
      return .place(.boundary(isNegative: scalar == "B", isASCII: flags.isASCII))
    case "d", "D", "s", "S", "w", "W": return .set(ScalarSet(kinds: [kind(scalar)]))
    case "1"..."9": return try referenceOrOctal(scalar)
    default: return try literal(try character(after: scalar))
    }
  }

  private func kind(_ scalar: Unicode.Scalar) -> ScalarSet.Kind {
    let lower = Unicode.Scalar(scalar.value | 0x20) ?? scalar
    return ScalarSet.Kind(letter: lower, isNegative: lower != scalar, isASCII: flags.isASCII)
  }

  private mutating func referenceOrOctal(_ first: Unicode.Scalar) throws -> PatternNode {
    var text = String(Character(first))
    if let second = next, ("0"..."9").contains(second) {
      text.unicodeScalars.append(second)
      position += 1
      if let third = next, ("0"..."7").contains(third), ("0"..."7").contains(first),
        ("0"..."7").contains(second)
      {
        text.unicodeScalars.append(third)
        position += 1
        guard let value = UInt32(text, radix: 8), value <= 0o377, let scalar = Unicode.Scalar(value)
        else { throw invalid("octal escape value \\\(text) outside of range 0-0o377") }
        return try literal(scalar)
      }
    }
    let group = Int(text) ?? 0
    guard group < groupCount else { throw invalid("invalid group reference \(group)") }
    guard !openGroups.contains(group) else { throw invalid("cannot refer to an open group") }
    return .reference(group, ignoresCase: flags.ignoresCase)
  }

  /// The scalar that an escape means which is the same inside and outside of a class.
  private mutating func character(after scalar: Unicode.Scalar) throws -> Unicode.Scalar {
    switch scalar {
    case "a": return "\u{07}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "\\": return "\\"
    case "x": return try hexadecimal(2, "x")
    case "u": return try hexadecimal(4, "u")
    case "U": return try hexadecimal(8, "U")
    case "0":
      var text = "0"
      while text.count < 3, let digit = next, ("0"..."7").contains(digit) {
        text.unicodeScalars.append(digit)
        position += 1
      }
      return Unicode.Scalar(UInt32(text, radix: 8) ?? 0) ?? "\0"
    case "N":
      throw unsupported("`\\N{…}`", instead: "write the character itself, or `\\u` and its number")
    default:
      if scalar.otherCase != nil || ("0"..."9").contains(scalar) {
        throw invalid("bad escape \\\(scalar)")
      }
      return scalar
    }
  }

  private mutating func hexadecimal(_ count: Int, _ letter: String) throws -> Unicode.Scalar {
    var text = ""
    while text.count < count, let digit = next, Character(digit).isHexDigit, digit.isASCII {
      text.unicodeScalars.append(digit)
      position += 1
    }
    guard text.count == count, let value = UInt32(text, radix: 16) else {
      throw invalid("incomplete escape \\\(letter)\(text)")
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw value > 0x10FFFF
        ? invalid("bad escape \\\(letter)\(text)")
        : unsupported("half of a surrogate pair", instead: "write the character itself")
    }
    return scalar
  }

  /// The rest of `[…]`.
  mutating func characterClass() throws -> ScalarSet {
    var set = ScalarSet(ignoresCase: flags.ignoresCase)
    set.isNegative = take("^")
    var isFirst = true
    while true {
      guard let scalar = next else { throw invalid("unterminated character set") }
      position += 1
      if scalar == "]", !isFirst { break }
      isFirst = false
      let low = try member(scalar)
      guard next == "-" else {
        add(low, to: &set)
        continue
      }
      position += 1
      guard let end = next else { throw invalid("unterminated character set") }
      position += 1
      if end == "]" {
        add(low, to: &set)
        set.ranges.append(0x2D...0x2D)
        break
      }
      guard case .scalar(let from) = low, case .scalar(let to) = try member(end),
        from <= to
      else { throw invalid("bad character range") }
      set.ranges.append(from.value...to.value)
    }
    if set.ignoresCase, set.ranges.contains(where: { $0.upperBound > 0x7F }) {
      throw unsupported(
        "a class beyond ASCII where case is ignored", instead: "write both cases in the class")
    }
    return set
  }

  private enum Member {
    case scalar(Unicode.Scalar)
    case kind(ScalarSet.Kind)
  }

  private func add(_ member: Member, to set: inout ScalarSet) {
    switch member {
    case .scalar(let scalar): set.ranges.append(scalar.value...scalar.value)
    case .kind(let kind): set.kinds.append(kind)
    }
  }

  private mutating func member(_ scalar: Unicode.Scalar) throws -> Member {
    guard scalar == "\\" else { return .scalar(scalar) }
    guard let escaped = next else { throw invalid("bad escape (end of pattern)") }
    position += 1
    switch escaped {
    case "d", "D", "s", "S", "w", "W": return .kind(kind(escaped))
    case "b": return .scalar("\u{08}")
    case "1"..."7":
      var text = String(Character(escaped))
      while text.count < 3, let digit = next, ("0"..."7").contains(digit) {
        text.unicodeScalars.append(digit)
        position += 1
      }
      guard let value = UInt32(text, radix: 8), value <= 0o377, let scalar = Unicode.Scalar(value)
      else { throw invalid("octal escape value \\\(text) outside of range 0-0o377") }
      return .scalar(scalar)
    default: return .scalar(try character(after: escaped))
    }
  }
}
