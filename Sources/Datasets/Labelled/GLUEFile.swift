import PETL

/// A file of GLUE's, which has tabs and no quotes.
struct GLUEFile {
  /// Its texts.
  let texts: [SpelledText]
  /// What the user should know, a sentence each.
  let notes: [Note]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: of the file, UTF-8.
  ///   - task: says where texts and labels are.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  init(_ path: String, of task: GLUETask) throws {
    let all = TabbedLines(try linesContent(of: path), name: path).rows
    if let header = all.first, GLUETexts.hasNoLabels(header, of: task) {
      throw DiagnosticError(
        "\(path): the file has no labels", at: header.first?.place,
        hints: ["petl predict RUN --data \(path) answers to its texts"])
    }
    let rows = task.hasHeader ? Array(all.dropFirst()) : all
    let needed = max(task.texts.max() ?? 0, task.label ?? 0) + 1
    // Some lines of QQP are cut short, and every reader leaves them out.
    let whole = task == .qqp ? rows.filter { $0.count >= needed } : rows
    var mistakes: [Diagnostic] = []
    var texts: [SpelledText] = []
    for row in whole {
      try mistakes.collect { texts.append(try Self.text(row, of: task, needed: needed)) }
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(path)") }
    guard !texts.isEmpty else { throw DiagnosticError("\(path): there is no text in this file") }
    self.texts = texts
    let cut = rows.count - whole.count
    notes = cut == 0 ? [] : [.warning("\(path): \(counted(cut, "line")) cut short, left out")]
  }

  private static func text(
    _ row: [CSVTable.Cell], of task: GLUETask, needed: Int
  ) throws -> SpelledText {
    guard row.count >= needed, let last = row.last else {
      throw DiagnosticError(
        "this line has \(row.count) cells", at: row.first?.place,
        hints: ["text.glue: \(task.rawValue) has \(needed) at least, with tabs between them"])
    }
    let cell = task.label.map { row[$0] } ?? last
    let label: SpelledText.Label
    if task.kind == .number {
      label = .number(try SpelledText.number(cell.text, at: cell.place))
    } else {
      guard let found = task.classes.first(where: { $0.spelling == cell.text }) else {
        throw DiagnosticError(
          "the label '\(cell.text)' is none of \(task.rawValue)", at: cell.place,
          hints: ["expected \(task.classes.map(\.spelling).joined(separator: ", "))"])
      }
      label = .name(found.name)
    }
    let texts = task.texts.map { row[$0].text }
    return SpelledText(
      record: TextRecord(
        [.init(texts[0], counts: true)], pair: texts.dropFirst().first, at: LinePlace(cell.place)),
      label: label, place: cell.place)
  }
}
