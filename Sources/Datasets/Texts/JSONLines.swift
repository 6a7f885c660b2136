import Checkpoints
import PETL

/// The lines of a file with a JSON object in each; empty lines between them mean nothing.
struct JSONLines {
  private let source: SourceText

  /// Reads the lines, not yet what is in them.
  ///
  /// - Throws: `DiagnosticError` when the file is not there, or no UTF-8.
  init(_ path: String) throws {
    source = SourceText(name: path, jsonLines: try textContent(of: path))
  }

  /// The first line that is not empty; nil where there is none.
  var first: String? { source.lines.first { !$0.trimmingSpaces.isEmpty } }

  /// What each line holds.
  ///
  /// - Throws: `DiagnosticError` with every mistake of the file.
  func read<Record>(_ record: (String, SourceSpan) throws -> Record) throws -> [Record] {
    var records: [Record] = []
    var mistakes: [Diagnostic] = []
    for (index, line) in source.lines.enumerated() where !line.trimmingSpaces.isEmpty {
      let span = SourceSpan(source: source, line: index + 1, column: 1, length: line.count)
      try mistakes.collect { records.append(try record(line, span)) }
    }
    guard mistakes.isEmpty else { throw listed(mistakes, "mistakes in \(source.name)") }
    return records
  }
}

/// The text of a file, without a byte order mark.
///
/// - Throws: `DiagnosticError` when the file is not there, or no UTF-8.
func textContent(of path: String) throws -> String {
  guard let text = String(validating: try readFile(path, limit: 1 << 30), as: UTF8.self) else {
    throw DiagnosticError(
      "\(path): the file is not UTF-8 text",
      hints: ["iconv -f LATIN1 -t UTF-8 makes it so, where it is Latin-1"])
  }
  return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}
