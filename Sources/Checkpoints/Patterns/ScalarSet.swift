/// The scalars that one place of an expression takes.
struct ScalarSet: Sendable {
  /// `\d`, `\s` or `\w`, or what is none of it.
  struct Kind: Sendable {
    /// `d`, `s` or `w`.
    let letter: Unicode.Scalar
    let isNegative: Bool
    let isASCII: Bool

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      let found =
        switch letter {
        case "d": scalar.isDigit(isASCII: isASCII)
        case "s": scalar.isSpace(isASCII: isASCII)
        default: scalar.isWordPart(isASCII: isASCII)
        }
      return found != isNegative
    }
  }

  var ranges: [ClosedRange<UInt32>] = []
  var kinds: [Kind] = []
  var isNegative = false
  var ignoresCase = false

  /// One scalar.
  init(_ scalar: Unicode.Scalar, ignoresCase: Bool) {
    ranges = [scalar.value...scalar.value]
    self.ignoresCase = ignoresCase
  }

  init(kinds: [Kind] = [], isNegative: Bool = false, ignoresCase: Bool = false) {
    (self.kinds, self.isNegative, self.ignoresCase) = (kinds, isNegative, ignoresCase)
  }

  /// `.`: anything, or anything but a line feed.
  static func any(takesLineFeed: Bool) -> ScalarSet {
    var set = ScalarSet(isNegative: true)
    if !takesLineFeed { set.ranges = [0x0A...0x0A] }
    return set
  }

  /// Whether `scalar` is taken; of a set that ignores case only ASCII is asked for.
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var found = has(scalar)
    if !found, ignoresCase, let other = scalar.otherCase { found = has(other) }
    return found != isNegative
  }

  private func has(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } || kinds.contains { $0.contains(scalar) }
  }
}

extension Unicode.Scalar {
  /// The same ASCII letter in the other case; nil for anything else.
  var otherCase: Unicode.Scalar? {
    switch value {
    case 0x41...0x5A, 0x61...0x7A: Unicode.Scalar(value ^ 0x20)
    default: nil
    }
  }

  /// Python's `\d`.
  func isDigit(isASCII: Bool) -> Bool {
    if self.isASCII || isASCII { return ("0"..."9").contains(self) }
    return properties.generalCategory == .decimalNumber
  }

  /// Python's `\s`.
  func isSpace(isASCII: Bool) -> Bool {
    switch value {
    case 0x09...0x0D, 0x20: true
    case 0x1C...0x1F, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
      !isASCII
    default: false
    }
  }

  /// Python's `\w`.
  func isWordPart(isASCII: Bool) -> Bool {
    if self.isASCII || isASCII {
      return self == "_" || ("0"..."9").contains(self) || otherCase != nil
    }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return properties.numericType != nil
    }
  }
}
