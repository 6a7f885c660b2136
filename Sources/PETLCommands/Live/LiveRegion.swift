/// The lines at the end of a terminal that are drawn again and again.
///
/// It makes the text that changes the terminal, a single one for each change, so that nothing
/// flickers. The cursor stays visible, below the lines: whatever ends the program, the terminal is
/// as it was.
struct LiveRegion: Sendable {
  private var lines: [[Piece]] = []

  /// Whether anything is drawn.
  var isEmpty: Bool { lines.isEmpty }

  /// Draws these lines in place of those before.
  ///
  /// - Parameters:
  ///   - lines: each fits the terminal.
  ///   - columns: of the terminal.
  ///   - isColoured: whether styles are shown.
  ///   - text: whole lines that stay above.
  /// - Returns: what is written to the terminal; empty when nothing changes.
  mutating func draw(
    _ lines: [[Piece]], columns: Int, isColoured: Bool, below text: String = ""
  ) -> String {
    guard lines != self.lines || !text.isEmpty else { return "" }
    let drawn = lines.map { Self.text($0, isColoured: isColoured) + "\u{1B}[K\n" }.joined()
    // Lines above the first are taken back before the text, as it may be shorter.
    let start = home(columns)
    self.lines = lines
    return start + (text.isEmpty ? "" : "\u{1B}[J" + text) + drawn + "\u{1B}[J"
  }

  /// Writes whole lines above those that are drawn.
  mutating func insert(_ text: String, columns: Int, isColoured: Bool) -> String {
    isEmpty ? text : draw(lines, columns: columns, isColoured: isColoured, below: text)
  }

  /// Leaves what is drawn where it is: the next lines come below it.
  mutating func leave() { lines = [] }

  /// To the beginning of the first line.
  private func home(_ columns: Int) -> String {
    // A terminal that became narrower has wrapped the lines.
    let rows = lines.reduce(0) { sum, pieces in
      let width = pieces.reduce(0) { $0 + PETLCommands.columns(of: $1.text) }
      return sum + max(1, (width + columns - 1) / max(1, columns))
    }
    return rows == 0 ? "" : "\r\u{1B}[\(rows)A"
  }

  /// A line with its styles.
  static func text(_ pieces: [Piece], isColoured: Bool) -> String {
    pieces.map { piece in
      isColoured && piece.style != .plain
        ? "\u{1B}[\(piece.style.rawValue)m\(piece.text)\u{1B}[0m" : piece.text
    }.joined()
  }
}
