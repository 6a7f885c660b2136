import Checkpoints
import PETL

/// The lines of a file with a JSON object in each; empty lines between them mean nothing.
struct JSONLines {
  private let source: SourceText

  /// Reads the lines, not yet what is in them.
  ///
  /// - Throws: `DiagnosticError` when the file is not there, or no UTF-8.
  init(_ path: String) throws {
    source = SourceText(name: path, jsonLines: try linesContent(of: path))
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
  let bytes = try readFile(path, limit: 1 << 30)
  // A letter of Latin script has a zero in UTF-16, which no text in UTF-8 begins with.
  let isWide =
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    || bytes.count > 1 && (bytes[0] == 0) != (bytes[1] == 0)
  guard !isWide, let text = String(validating: bytes, as: UTF8.self) else {
    throw DiagnosticError(
      "\(path): the file is not UTF-8 text",
      hints: [
        isWide
          ? "it looks like UTF-16: iconv -f UTF-16 -t UTF-8 \(path) makes it so"
          : "iconv -f LATIN1 -t UTF-8 makes it so, where it is Latin-1"
      ])
  }
  return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}

/// The text of a file of lines, without a byte order mark.
///
/// - Throws: `DiagnosticError` as `textContent`, or when lines end in carriage returns alone.
func linesContent(of path: String) throws -> String {
  let text = try textContent(of: path)
  guard text.utf8.contains(0x0D), !text.utf8.contains(0x0A) else { return text }
  throw DiagnosticError(
    "\(path): the lines end in carriage returns, and a line ends at a line feed",
    hints: ["tr '\\r' '\\n' < \(path) > NEW writes line feeds instead"])
}
