extension SourceSpan {
  /// The most characters of a line that are quoted; of a longer line, those around the place are.
  private static let widest = 160

  /// The line with its number and, below it, the caret; nil when the text has no such line.
  ///
  /// Control characters are replaced, so that a recipe cannot send commands to the terminal.
  var quotedLines: [String]? {
    guard source.lines.indices.contains(line - 1) else { return nil }
    let all = source.lines[line - 1]
    let (quoted, start) = Self.window(of: all, around: column - 1)
    let before = quoted.prefix(column - 1 - start).map { $0 == "\t" ? "\t" : " " }.joined()
    let available = max(1, quoted.count - (column - 1 - start))
    let caret = "^" + String(repeating: "~", count: min(length, available) - 1)
    let pad = String(repeating: " ", count: "\(line)".count)
    return [" \(line) | \(quoted)", " \(pad) | \(before)\(caret)"]
  }

  /// The part of `text` to quote, and how many characters stand before it.
  private static func window(of text: String, around index: Int) -> (text: String, start: Int) {
    let count = text.count
    let start = count <= widest ? 0 : max(0, min(index - widest / 2, count - widest))
    let visible = text.dropFirst(start).prefix(widest).map { character in
      let isControl = character.unicodeScalars.contains(where: \.isCommand)
      return isControl && character != "\t" ? "\u{FFFD}" : character
    }
    return (String(visible), start)
  }
}
