import Checkpoints
import PETL

/// A table of texts and labels with a header: CSV, or TSV, which has no quotes.
struct LabelledTable {
  private let columns: TextColumns
  private let header: [String]
  private let text: Int
  private let label: Int?
  private let pair: Int?

  /// Finds the columns.
  ///
  /// - Throws: `DiagnosticError` when one is missing or there twice.
  private init(_ header: [CSVTable.Cell], _ columns: TextColumns) throws {
    self.columns = columns
    let names = header.map(\.text)
    self.header = names
    func index(_ name: String, option: String) throws -> Int {
      let found = names.indices.filter { ExactName(names[$0]) == ExactName(name) }
      if found.count == 1 { return found[0] }
      throw DiagnosticError(
        found.isEmpty
          ? "the header has no column '\(name)'" : "the header has '\(name)' \(found.count) times",
        at: header.first?.place, hints: TextColumns.hints(option, names.map { "'\($0)'" }))
    }
    text = try index(columns.text, option: "text")
    label = try columns.hasLabels ? index(columns.label, option: "label") : nil
    let second =
      columns.pair ?? (names.contains(TextColumns.usualPair) ? TextColumns.usualPair : nil)
    pair = try second.map { try index($0, option: "pair") }
  }

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - rows: the header, then the texts; empty rows are not among them.
  ///   - path: of the file.
  ///   - columns: the names in the header.
  /// - Returns: a text for each row.
  /// - Throws: `DiagnosticError` with every mistake.
  static func read(
    _ rows: [[CSVTable.Cell]], path: String, _ columns: TextColumns
  ) throws -> [SpelledText] {
    guard columns.kind != .several || !columns.hasLabels else {
      throw DiagnosticError(
        "\(path): text.labels: several takes a list for each text, which a table does not have",
        hints: ["give JSON lines, {\"text\": \"…\", \"label\": [\"…\", \"…\"]}"])
    }
    guard let first = rows.first else { throw DiagnosticError("\(path): the file is empty") }
    let table = try LabelledTable(first, columns)
    var mistakes: [Diagnostic] = []
    var found: [SpelledText] = []
    for row in rows.dropFirst() {
      try mistakes.collect { found.append(try table.spelled(row)) }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(path)") }
    return found
  }

  private func spelled(_ row: [CSVTable.Cell]) throws -> SpelledText {
    guard row.count == header.count else {
      throw DiagnosticError(
        "this row has \(row.count) cells, the header \(header.count)", at: row.first?.place,
        hints: ["a text with commas stands in double quotes in CSV; TSV has no quotes"])
    }
    let record = TextRecord(
      [.init(row[text].text, counts: true)], pair: pair.map { row[$0].text },
      at: LinePlace(row[text].place))
    guard let label else {
      var text = SpelledText(record: record, label: .names([]), place: nil)
      text.hasOtherLabel = header.contains { ExactName($0) == ExactName(columns.label) }
      return text
    }
    let (cell, place) = (row[label], row[label].place)
    guard !cell.text.isEmpty else { throw DiagnosticError("the label is empty", at: place) }
    return SpelledText(
      record: record,
      label: columns.kind == .number
        ? .number(try SpelledText.number(cell.text, at: place)) : .name(cell.text), place: place)
  }
}
