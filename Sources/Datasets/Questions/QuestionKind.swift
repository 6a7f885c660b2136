import Checkpoints
import PETL

/// What a file for a language model asks, told from its first line.
public enum QuestionKind: Sendable {
  /// How well its texts are predicted.
  case text
  /// A question with choices, one of which is right.
  case choice
  /// A question that is to be answered in words, as in GSM8K.
  case open

  /// Looks at the first line of a `.jsonl`; any other file is a text.
  ///
  /// - Parameter path: of the file.
  /// - Throws: `DiagnosticError` when the file is not there, or no UTF-8.
  public init(of path: String) throws {
    self = .text
    guard path.lowercased().hasSuffix(".jsonl"), let line = try JSONLines(path).first,
      let json = try? JSONValue(parsing: Array(line.utf8), name: "this line"),
      let names = json.members.map({ $0.map(\.name) }),
      !["text", "completion", "messages"].contains(where: names.contains)
    else { return }
    // A key that is nearly right is one of a question, and is then refused by its name.
    if names.contains(where: { $0 == "choices" || nearestName(to: $0, among: ["choices"]) != nil })
    {
      self = .choice
    } else if names.contains("question") {
      self = .open
    }
  }
}
