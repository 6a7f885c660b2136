import Checkpoints
import Foundation
import PETL

extension TextLabel.Kind {
  /// What the labels of a file look like: lists, numbers that are measured, or classes.
  ///
  /// Numbers are classes unless most of them stand with one text only, or there are many and not all whole; so are
  /// labels that cannot be read.
  ///
  /// - Parameters:
  ///   - path: of a file, or of a folder with a file of training texts.
  ///   - columns: where labels are.
  public init(guessing path: String, _ columns: TextColumns = TextColumns()) {
    self = (try? Self.found(path, columns)) ?? .classes
  }

  private static func found(_ path: String, _ columns: TextColumns) throws -> Self {
    let file =
      isFolder(path)
      ? try entryNames(path).first { name in
        LabelledTextFile.endings.contains { name == "train.\($0)" }
      }.map { "\(path)/\($0)" } : path
    guard let file else { return .classes }
    let spellings =
      file.lowercased().hasSuffix(".jsonl")
      ? try lines(of: file, columns.label) : try cells(of: file, columns.label)
    guard let spellings else { return .several }
    return LabelNumbers(spellings)?.areMeasured == true ? .number : .classes
  }

  /// The labels of JSON lines; nil where they are lists.
  private static func lines(of file: String, _ key: String) throws -> [String]? {
    let labels = try JSONLines(file).read { line, _ in
      try JSONValue(parsing: Array(line.utf8), name: "this line")[key]
    }
    if labels.contains(where: { $0?.elements != nil }) { return nil }
    return labels.map { label in label?.text ?? label?.double.map { "\($0)" } ?? "" }
  }

  private static func cells(of file: String, _ column: String) throws -> [String] {
    let text = try linesContent(of: file)
    let rows =
      file.lowercased().hasSuffix(".csv")
      ? try CSVTable(text, name: file, isOfTexts: true).rows : TabbedLines(text, name: file).rows
    guard let index = rows.first?.firstIndex(where: { $0.text == column }) else { return [] }
    return rows.dropFirst().compactMap { $0.indices.contains(index) ? $0[index].text : nil }
  }
}
