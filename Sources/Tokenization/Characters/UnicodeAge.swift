/// What the `tokenizers` library (0.23.3) takes a character for, where the Unicode that it was built with
/// differs from Swift's.
///
/// Swift 6.3 knows Unicode 17. In the library the words of regular expressions are of Unicode 16, the
/// normal forms of 9, punctuation and marks of `BertNormalizer` of 8; small letters, white space and digits
/// agree. A character that came later is one without properties there. All code points were compared
/// (Tests/Interop/walk_tokenizers.py compares them again); what remains are the few named here.
extension Unicode.Scalar {
  /// Whether the character was there before a version of Unicode; true of those that are in none.
  func isAssigned(before major: Int) -> Bool {
    value < 0x180 || (properties.age.map { $0.major < major } ?? true)
  }

  /// A letter, in regular expressions.
  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      isAssigned(before: 17)
    default: false
    }
  }

  /// A digit or another number, for `Digits`.
  var isNumeric: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// A part of a word, `\w` in regular expressions.
  var isWordPart: Bool {
    if value < 0x80 {
      return value == 0x5F || (0x30...0x39).contains(value) || (0x41...0x5A).contains(value)
        || (0x61...0x7A).contains(value)
    }
    let isPart =
      switch properties.generalCategory {
      case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark:
        true
      default: properties.isAlphabetic || properties.isJoinControl
      }
    return isPart && isAssigned(before: 17)
  }

  /// Punctuation of ASCII or of Unicode 8.
  var isPunctuation: Bool {
    if value < 0x80 {
      return (0x21...0x2F).contains(value) || (0x3A...0x40).contains(value)
        || (0x5B...0x60).contains(value) || (0x7B...0x7E).contains(value)
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return isAssigned(before: 9)
    default: return value == 0x166D || value == 0x111C9
    }
  }

  /// A mark of any kind, of Unicode 9.
  var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark:
      isAssigned(before: 10) && value != 0x111C9
    default: value == 0x1CF2 || value == 0x1CF3
    }
  }

  /// A mark without a width, of Unicode 8.
  var isNonspacingMark: Bool {
    switch value {
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: properties.generalCategory == .nonspacingMark && isAssigned(before: 9)
    }
  }

  /// A control or format character, or one of private use, of Unicode 8.
  var isOther: Bool {
    switch properties.generalCategory {
    case .control, .format, .privateUse: isAssigned(before: 9)
    default: false
    }
  }
}
