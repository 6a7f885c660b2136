extension StringProtocol {
  /// The text as it can be shown to a person, whatever file it came from: what commands a terminal, ends
  /// a line or turns the direction of writing is written out, as in `\u{1B}` and `\n`.
  package var printable: String {
    guard unicodeScalars.contains(where: \.isCommand) else { return String(self) }
    return unicodeScalars.map(\.shown).joined()
  }

  /// The same of a text of several lines, whose line ends and tabs stay.
  package var printableLines: String {
    guard unicodeScalars.contains(where: { $0.isCommand && $0 != "\n" && $0 != "\t" }) else {
      return String(self)
    }
    return unicodeScalars.map { $0 == "\n" || $0 == "\t" ? String($0) : $0.shown }.joined()
  }
}

extension Unicode.Scalar {
  /// Whether it does something to a terminal or to the order of what is shown, rather than being shown.
  package var isCommand: Bool {
    switch value {
    case 0..<32, 0x7F...0x9F: true
    // The marks of direction, and the ends of a line and of a paragraph.
    case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  fileprivate var shown: String {
    guard isCommand else { return String(self) }
    switch self {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default: return "\\u{\(String(value, radix: 16, uppercase: true))}"
    }
  }
}
