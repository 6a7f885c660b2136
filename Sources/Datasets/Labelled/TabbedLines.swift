import PETL

/// Lines of cells between tabs, without quotes, as GLUE's files have them.
struct TabbedLines {
  /// The rows of the lines that are not empty.
  let rows: [[CSVTable.Cell]]

  /// Splits a text at line feeds and tabs.
  init(_ text: String, name: String) {
    let source = SourceText(name: name, jsonLines: text)
    rows = source.lines.enumerated().compactMap { index, line in
      guard !line.isEmpty else { return nil }
      var column = 1
      return line.split(separator: "\t", omittingEmptySubsequences: false).map { cell in
        let place = SourceSpan(
          source: source, line: index + 1, column: column, length: max(1, cell.count))
        column += cell.count + 1
        return CSVTable.Cell(text: String(cell), place: place)
      }
    }
  }
}
