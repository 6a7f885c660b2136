import Foundation
import PETL

/// The texts of a file, in order.
public struct TextFile: Sendable {
  /// What a file that is no JSON lines is.
  public enum PlainText: Sendable {
    /// One text, from its first byte to its last.
    case whole
    /// A text in each line; an empty line is an empty text.
    case lines
  }

  /// Where it is.
  public let path: String
  /// The texts; at least one.
  public let records: [TextRecord]

  /// The endings of names that mean plain text.
  private static let plain = ["txt", "text", "md", "raw", "tokens"]

  /// Reads a file of JSON lines (`.jsonl`) or plain text (`.txt`, `.text`, `.md`, `.raw`, `.tokens`).
  ///
  /// A JSON line has `text` and perhaps `text_pair`, or `prompt` and `completion`, of which the completion counts,
  /// or `messages`, of which the assistant's count. Other keys are left alone. Empty lines between JSON lines
  /// mean nothing.
  ///
  /// - Parameters:
  ///   - path: of the file, UTF-8.
  ///   - plainText: what a plain text is.
  ///   - template: how `messages` become a text; nil where there are none.
  ///   - system: what a conversation begins with that has no system's turn; nil for nothing.
  ///   - asksForAnswer: whether what is to be said next is left out: completions, and the assistant's last turn.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  public init(
    _ path: String, plainText: PlainText, template: ChatTemplate? = nil, system: String? = nil,
    asksForAnswer: Bool = false
  ) throws {
    self.path = path
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard ending == "jsonl" || Self.plain.contains(ending) else {
      throw DiagnosticError(
        "\(path): the name does not say what kind of text it holds",
        hints: ["expected .txt, or .jsonl with a JSON object in each line", TextLine.forms])
    }
    let records: [TextRecord]
    if ending == "jsonl" {
      records = try JSONLines(path).read { line, span in
        try TextLine.record(
          line, at: span, template: template, system: system, asksForAnswer: asksForAnswer)
      }
    } else if plainText == .whole {
      let content = try textContent(of: path)
      var record = TextRecord([.init(content, counts: true)], at: LinePlace(1, of: path))
      record.isFile = true
      records = content.isEmpty ? [] : [record]
    } else {
      var lines = SourceText(name: path, jsonLines: try linesContent(of: path)).lines
      // The last line ends like the others.
      if lines.last?.isEmpty == true { lines.removeLast() }
      records = lines.enumerated().map { index, line in
        TextRecord([.init(line, counts: true)], at: LinePlace(index + 1, of: path))
      }
    }
    guard !records.isEmpty else { throw DiagnosticError("\(path): there is no text in this file") }
    self.records = records
  }
}
