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
  /// - Throws: `DiagnosticError` when the file is not there, or no UTF-8, or the line is a text with choices.
  public init(of path: String) throws {
    self = .text
    guard path.lowercased().hasSuffix(".jsonl"), let line = try JSONLines(path).first,
      let json = try? JSONValue(parsing: Array(line.utf8), name: "this line"),
      let names = json.members.map({ $0.map(\.name) })
    else { return }
    if let form = ["text", "completion", "messages"].first(where: names.contains) {
      // Another value of that name says something else.
      guard json["choices"]?.elements == nil, json["choices"]?.members == nil else {
        throw DiagnosticError(
          "\(path): the first text has '\(form)' and 'choices'",
          hints: [
            "what is predicted has no choices: leave 'choices' out",
            "before choices stands a 'question' or a 'prompt': \(ChoiceLine.forms)",
          ])
      }
      return
    }
    // A key that is nearly right is one of a question, and is then refused by its name.
    if names.contains(where: { $0 == "choices" || nearestName(to: $0, among: ["choices"]) != nil })
    {
      self = .choice
    } else if names.contains("question") {
      self = .open
    }
  }
}
