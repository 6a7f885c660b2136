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
  /// - Throws: `DiagnosticError` with every mistake in the quotes.
  init(_ text: String, name: String) throws {
    let source = SourceText(name: name, text: text)
    var rows: [[Cell]] = []
    var row: [Cell] = []
    var mistakes: [Diagnostic] = []
    var reader = Reader(text)
    while !reader.isAtEnd {
      let (line, column) = (reader.line, reader.column)
      let cell = reader.cell()
      let place = SourceSpan(
        source: source, line: line, column: column, length: max(1, reader.column - column))
      if let mistake = cell.mistake { mistakes.append(Diagnostic(mistake, at: place)) }
      row.append(Cell(text: cell.text.trimmingSpaces, place: place))
      if reader.endsRow() {
        if row.count > 1 || row.first?.text.isEmpty == false { rows.append(row) }
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

    init(_ text: String) { characters = Array(text) }

    var isAtEnd: Bool { index >= characters.count }

    private var next: Character? { isAtEnd ? nil : characters[index] }

    private mutating func advance() {
      if let next, next.isNewline {
        line += 1
        column = 1
      } else {
        column += 1
      }
      index += 1
    }

    /// Reads up to the comma or line end after a cell.
    mutating func cell() -> (text: String, mistake: String?) {
      while next == " " || next == "\t" { advance() }
      if next == "\"" { return quoted() }
      var text = ""
      while let character = next, character != ",", !character.isNewline {
        text.append(character)
        advance()
      }
      return (text, nil)
    }

    private mutating func quoted() -> (text: String, mistake: String?) {
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
        if next == nil || next == "," || next?.isNewline == true { return (text, nil) }
        while let character = next, character != ",", !character.isNewline {
          text.append(character)
          advance()
        }
        return (text, "there is text after the closing quote")
      }
      return (text, "the quote is not closed")
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
