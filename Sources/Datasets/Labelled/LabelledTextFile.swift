import Checkpoints
import Foundation
import PETL

/// The labelled texts of a file.
enum LabelledTextFile {
  /// The endings of names.
  static let endings = ["jsonl", "csv", "tsv"]

  /// Reads JSON lines, CSV or TSV.
  ///
  /// - Parameters:
  ///   - path: of the file, UTF-8.
  ///   - columns: the keys or the names in the header.
  /// - Returns: at least one.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  static func read(_ path: String, _ columns: TextColumns) throws -> [SpelledText] {
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard endings.contains(ending) else {
      throw DiagnosticError(
        "\(path): the name does not say what kind of file it is",
        hints: [
          "expected \(endings.map { ".\($0)" }.joined(separator: ", ")), or a folder with train/CLASS/*.txt"
        ])
    }
    let content = try linesContent(of: path)
    let texts =
      switch ending {
      case "jsonl": try lines(content, path, columns)
      case "csv":
        try LabelledTable.read(
          CSVTable(content, name: path, isOfTexts: true).rows, path: path, columns)
      default:
        try LabelledTable.read(TabbedLines(content, name: path).rows, path: path, columns)
      }
    guard !texts.isEmpty else { throw DiagnosticError("\(path): there is no text in this file") }
    try checkPairs(texts)
    return texts
  }

  private static func lines(
    _ content: String, _ path: String, _ columns: TextColumns
  ) throws -> [SpelledText] {
    let text = SourceText(name: path, jsonLines: content)
    var mistakes: [Diagnostic] = []
    var found: [SpelledText] = []
    for (index, line) in text.lines.enumerated() where !line.trimmingSpaces.isEmpty {
      let place = SourceSpan(source: text, line: index + 1, column: 1, length: line.count)
      try mistakes.collect { found.append(try LabelledLine.read(line, at: place, columns)) }
    }
    if !mistakes.isEmpty {
      // What is wrong with all lines is said of the first ones.
      let isOne = found.isEmpty && Set(mistakes.map(\.message)).count == 1
      throw listed(mistakes, "mistakes in \(path)", most: isOne ? 3 : 20)
    }
    return found
  }

  /// All texts of a file have a second one, or none has.
  private static func checkPairs(_ texts: [SpelledText]) throws {
    guard let first = texts.first,
      let other = texts.first(where: { ($0.record.pair == nil) != (first.record.pair == nil) })
    else { return }
    throw DiagnosticError(
      other.record.pair == nil
        ? "this text has no second one, and those before have"
        : "this text has a second one, and those before have none",
      at: other.place, hints: ["text.pair says what the second of two texts is called"])
  }
}
