import Checkpoints
import PETL

/// The texts of a file of GLUE's without their labels, which the files for tests do not have.
struct GLUETexts {
  /// The texts, in order.
  let records: [TextRecord]
  /// Whether there are labels, too.
  let hasLabels: Bool

  /// Reads a file whose header names the columns of the task, or CoLA's training texts, which have no header; nil for
  /// a table of another kind.
  ///
  /// - Parameters:
  ///   - path: of the file, UTF-8.
  ///   - task: says where texts are.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  init?(_ path: String, of task: GLUETask) throws {
    let rows = try TabbedLines(linesContent(of: path), name: path).rows
    let columns: [Int]
    let texts: ArraySlice<[CSVTable.Cell]>
    if let first = rows.first, let named = Self.columns(first, of: task) {
      (columns, texts) = (named, rows.dropFirst())
    } else if !task.hasHeader, rows.first?.count == 4 {
      (columns, texts) = (task.texts, rows[...])
    } else {
      return nil
    }
    let needed = (columns.max() ?? 0) + 1
    var mistakes: [Diagnostic] = []
    var records: [TextRecord] = []
    for row in texts {
      guard row.count >= needed else {
        mistakes.append(
          Diagnostic(
            "this line has \(row.count) cells, and the text stands in cell \(needed)",
            at: row.first?.place, hints: ["cells have tabs between them"]))
        continue
      }
      let cells = columns.map { row[$0] }
      records.append(
        TextRecord(
          [.init(cells[0].text, counts: true)], pair: cells.dropFirst().first?.text,
          at: LinePlace(cells[0].place)))
    }
    if !mistakes.isEmpty { throw listed(mistakes, "mistakes in \(path)") }
    guard !records.isEmpty else { throw DiagnosticError("\(path): there is no text in this file") }
    self.records = records
    hasLabels = rows.first.map { !Self.hasNoLabels($0, of: task) } ?? false
  }

  /// Whether a file has the header of a task's texts and no column of labels where that of training texts is.
  static func hasNoLabels(_ header: [CSVTable.Cell], of task: GLUETask) -> Bool {
    guard let columns = columns(header, of: task) else { return false }
    let last = (task.texts.max() ?? 0) + (task.label == nil ? 1 : 0)
    let isOfTests = task == .mrpc && header.first?.text == "index"
    return columns != task.texts || header.count <= max(last, task.label ?? 0) || isOfTests
  }

  private static func columns(_ header: [CSVTable.Cell], of task: GLUETask) -> [Int]? {
    let names = header.map(\.text)
    let found = task.textNames.compactMap { names.firstIndex(of: $0) }
    return found.count == task.textNames.count ? found : nil
  }
}
