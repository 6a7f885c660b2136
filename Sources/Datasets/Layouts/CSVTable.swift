import PETL

/// A CSV file (RFC 4180): rows of cells, with quotes, commas in quotes and line ends in quotes.
struct CSVTable {
  /// A cell and where it stands.
  struct Cell {
    let text: String
    let place: SourceSpan
  }

  /// The rows that are not empty.
  let rows: [[Cell]]

  /// Splits a text.
  ///
  /// - Parameters:
  ///   - text: of the file.
  ///   - name: of the file.
  ///   - isOfTexts: whether cells are texts: what is in quotes stays as it is, and a line ends at a line feed alone.
  /// - Throws: `DiagnosticError` with every mistake in the quotes.
  init(_ text: String, name: String, isOfTexts: Bool = false) throws {
    let source =
      isOfTexts ? SourceText(name: name, jsonLines: text) : SourceText(name: name, text: text)
    var rows: [[Cell]] = []
    var row: [Cell] = []
    var mistakes: [Diagnostic] = []
    var reader = Reader(text, onlyLineFeeds: isOfTexts)
    while !reader.isAtEnd {
      let (line, column) = (reader.line, reader.column)
      let cell = reader.cell()
      let place = SourceSpan(
        source: source, line: line, column: column, length: max(1, reader.column - column))
      if let mistake = cell.mistake { mistakes.append(Diagnostic(mistake, at: place)) }
      let keeps = isOfTexts && cell.isQuoted
      row.append(Cell(text: keeps ? cell.text : cell.text.trimmingSpaces, place: place))
      if reader.endsRow() {
        // Two quotes are a cell, of which there is nothing on an empty line.
        if row.count > 1 || cell.isQuoted || row.first?.text.isEmpty == false { rows.append(row) }
        row = []
      }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(name)") }
    self.rows = rows
  }

  private struct Reader {
    private let characters: [Character]
    private var index = 0
    private(set) var line = 1
    private(set) var column = 1

    private let onlyLineFeeds: Bool

    init(_ text: String, onlyLineFeeds: Bool) {
      self.onlyLineFeeds = onlyLineFeeds
      // Scalars, of which a mark does not join with the comma or the quote before it.
      characters = text.unicodeScalars.reduce(into: []) { found, scalar in
        if scalar == "\n", found.last == "\r" {
          found[found.count - 1] = "\r\n"
        } else {
          found.append(Character(scalar))
        }
      }
    }

    private func endsLine(_ character: Character) -> Bool {
      onlyLineFeeds ? character == "\n" || character == "\r\n" : character.isNewline
    }

    var isAtEnd: Bool { index >= characters.count }

    private var next: Character? { isAtEnd ? nil : characters[index] }

    private mutating func advance() {
      if let next, endsLine(next) {
        line += 1
        column = 1
      } else {
        column += 1
      }
      index += 1
    }

    /// Reads up to the comma or line end after a cell.
    mutating func cell() -> (text: String, isQuoted: Bool, mistake: String?) {
      while next == " " || next == "\t" { advance() }
      if next == "\"" { return quoted() }
      var text = ""
      while let character = next, character != ",", !endsLine(character) {
        text.append(character)
        advance()
      }
      return (text, false, nil)
    }

    private mutating func quoted() -> (text: String, isQuoted: Bool, mistake: String?) {
      advance()
      var text = ""
      while let character = next {
        advance()
        guard character == "\"" else {
          text.append(character)
          continue
        }
        if next == "\"" {
          text.append("\"")
          advance()
          continue
        }
        while next == " " || next == "\t" { advance() }
        if next == nil || next == "," || next.map(endsLine) == true {
          return (text, true, nil)
        }
        while let character = next, character != ",", !endsLine(character) {
          text.append(character)
          advance()
        }
        return (text, true, "there is text after the closing quote")
      }
      return (text, true, "the quote is not closed")
    }

    /// Steps over what ends a cell, and tells whether a row ends, too.
    mutating func endsRow() -> Bool {
      guard let character = next else { return true }
      advance()
      // A comma at the very end is followed by an empty cell, which is of no use here.
      return character != "," || isAtEnd
    }
  }
}
