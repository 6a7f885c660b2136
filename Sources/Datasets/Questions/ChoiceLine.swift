import Checkpoints
import PETL

/// One JSON line of a file of questions with choices.
struct ChoiceLine {
  private static let keys = ["question", "prompt", "choices", "answer", "label", "answerKey"]
  /// What a line may be, in hints.
  static let forms =
    #"expected {"question": "…", "choices": ["…", "…"], "answer": INDEX FROM 0 OR TEXT}, or, as in ARC, "#
    + #"{"question": "…", "choices": {"text": ["…", "…"], "label": ["A", "B"]}, "answerKey": "A"}"#

  private var line: JSONLine

  /// Reads a line.
  ///
  /// - Throws: `DiagnosticError` with every mistake of the line.
  static func question(_ text: String, at span: SourceSpan) throws -> ChoiceQuestion {
    var line = try ChoiceLine(
      line: JSONLine(text, at: span, keys: keys, forms: forms))
    let question = line.question()
    guard let question, line.line.mistakes.isEmpty else {
      throw DiagnosticError(line.line.mistakes)
    }
    return question
  }

  private mutating func question() -> ChoiceQuestion? {
    let context = line.only(["question", "prompt"], forms: Self.forms)
      .flatMap { line.string($0) }
    let (choices, labels) = self.choices()
    let answer = line.only(["answer", "label", "answerKey"], forms: Self.forms)
      .flatMap { index(of: $0, choices, labels) }
    guard let context, let answer, line.mistakes.isEmpty else { return nil }
    return ChoiceQuestion(context, choices: choices, answer: answer, at: LinePlace(line.span))
  }

  /// The choices, and their labels where they have some; none, with a mistake, where they are not as they should be.
  private mutating func choices() -> (texts: [String], labels: [String]?) {
    guard let value = line.values["choices"] else {
      line.complain("there is no 'choices' in this line", [Self.forms])
      return ([], nil)
    }
    guard value.members != nil else { return (texts(value, "choices"), nil) }
    let choices = texts(value["text"], "choices.text")
    guard let list = value["label"] else { return (choices, nil) }
    let labels = texts(list, "choices.label")
    if !choices.isEmpty, !labels.isEmpty, labels.count != choices.count {
      line.complain("there are \(choices.count) choices and \(labels.count) labels")
      return ([], nil)
    }
    if Set(labels.map(ExactName.init)).count < labels.count {
      line.complain("two choices have the same label")
    }
    return (choices, labels)
  }

  private mutating func texts(_ value: JSONValue?, _ key: String) -> [String] {
    let texts = value?.elements?.compactMap(\.text).filter { !$0.isEmpty } ?? []
    if texts.count > 1, texts.count == value?.elements?.count { return texts }
    let found = value.map { $0.elements == nil ? $0.kind : "another list" } ?? "missing"
    line.complain("'\(key)' is \(found)", ["expected two or more texts that are not empty"])
    return []
  }

  /// The index of the right choice; nil, with a mistake, where none is named.
  private mutating func index(
    of key: String, _ choices: [String], _ labels: [String]?
  ) -> Int? {
    // What is wrong with the choices was said.
    guard let value = line.values[key], !choices.isEmpty else { return nil }
    if key != "answerKey", let index = value.whole {
      if choices.indices.contains(index) { return index }
      line.complain(
        "'\(key)' is \(index)", ["expected 0...\(choices.count - 1), one of the choices from 0"])
      return nil
    }
    guard key != "label", let name = value.text else {
      let expected = [
        "answer": "an index from 0, or the text of a choice", "label": "an index from 0",
      ]
      line.complain(
        "'\(key)' is \(value.kind)", ["expected \(expected[key] ?? "one of the labels")"])
      return nil
    }
    guard key == "answer" || labels != nil else {
      line.complain(
        "'answerKey' names a label, and the choices have none",
        [#"expected "choices": {"text": ["…", "…"], "label": ["A", "B"]}"#])
      return nil
    }
    let names = key == "answer" ? choices : labels ?? []
    let found = names.indices.filter { ExactName(names[$0]) == ExactName(name) }
    if found.count == 1 { return found[0] }
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    line.complain(
      found.isEmpty
        ? "'\(key)' is '\(name)', which is none of the \(key == "answer" ? "choices" : "labels")"
        : "'\(key)' is '\(name)', which is the text of \(found.count) choices",
      found.isEmpty ? nearest : ["expected the index of one of them, from 0"])
    return nil
  }
}
