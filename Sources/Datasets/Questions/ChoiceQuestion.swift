import PETL

/// A question with answers to choose from, one of which is right.
public struct ChoiceQuestion: Sendable, Hashable {
  /// What stands before a choice, as it is.
  public var context: String
  /// The choices, at least two; none is empty.
  public var choices: [String]
  /// Which choice is right, from 0.
  public var answer: Int
  /// Where it stands.
  public var place: LinePlace

  /// Makes a question.
  ///
  /// - Parameters:
  ///   - context: what stands before a choice.
  ///   - choices: at least two, none empty.
  ///   - answer: which one is right, from 0.
  ///   - place: where it stands.
  public init(
    _ context: String, choices: [String], answer: Int, at place: LinePlace = LinePlace(1)
  ) {
    require(
      choices.count > 1 && !choices.contains("") && choices.indices.contains(answer),
      "A question has two choices at least, none of them empty, and one of them is right.")
    (self.context, self.choices, self.answer, self.place) = (context, choices, answer, place)
  }

  /// Reads a file of JSON lines, a question in each.
  ///
  /// A line has `question` or `prompt`; `choices`, a list of texts, or as in ARC an object with the lists `text` and
  /// `label`; and one of `answer` (an index from 0, or the text of a choice), `label` (an index) and `answerKey` (one
  /// of the labels). Other keys are left alone.
  ///
  /// - Parameter path: of a file of UTF-8.
  /// - Returns: the questions in order, at least one.
  /// - Throws: `DiagnosticError` with every mistake of the file, with its line.
  public static func read(_ path: String) throws -> [ChoiceQuestion] {
    let questions = try JSONLines(path).read { try ChoiceLine.question($0, at: $1) }
    guard !questions.isEmpty else {
      throw DiagnosticError("\(path): there is no question in this file")
    }
    return questions
  }
}
