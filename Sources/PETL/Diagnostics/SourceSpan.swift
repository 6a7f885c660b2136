/// The text of a file that a user wrote, kept so that a diagnostic can quote the line it is about.
public final class SourceText: Sendable {
  /// The name to print: a path as the user gave it, or `--set` for an override.
  public let name: String
  /// The lines of the text, without their line ends.
  package let lines: [String]
  /// Where the relative paths in it are looked for beside the working folder.
  package let places: PathPlaces

  /// Splits `text` into lines, at the line ends of YAML: line feed, carriage return, both together,
  /// and Unicode's next line, line separator and paragraph separator.
  package init(name: String, text: String, places: PathPlaces = PathPlaces()) {
    (self.name, self.places) = (name, places)
    self.lines = text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine)
      .map(String.init)
  }

  /// Splits JSON lines: at line feeds alone, with or without a carriage return before them, for JSON has the other
  /// line ends within texts.
  package init(name: String, jsonLines text: String) {
    (self.name, places) = (name, PathPlaces())
    self.lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(Substring($0.last == 0x0D ? $0.dropLast() : $0))
    }
  }

  private static func endsLine(_ character: Character) -> Bool {
    switch character {
    case "\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}

/// A place in a `SourceText`: where a key or a value stands.
public struct SourceSpan: Sendable {
  /// The text that this is a place of.
  public let source: SourceText
  /// The line, counted from 1.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int
  /// How many characters the caret underlines, at least 1.
  public let length: Int

  /// Makes a place from a 1-based line and column.
  package init(source: SourceText, line: Int, column: Int, length: Int = 1) {
    self.source = source
    self.line = line
    self.column = column
    self.length = max(1, length)
  }
}

extension SourceSpan: CustomStringConvertible {
  /// `file:line:column`.
  public var description: String { "\(source.name):\(line):\(column)" }
}
