import Datasets
import TestSupport
import Testing

/// Files of questions with choices.
@Suite struct ChoiceQuestionTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ text: String) throws -> [ChoiceQuestion] {
    try folder.write(text, to: "q.jsonl")
    return try ChoiceQuestion.read(folder.file("q.jsonl"))
  }

  @Test func allForms() throws {
    let questions = try read(
      #"""
      {"question": "Q", "choices": ["a", "b", "c"], "answer": 2, "id": 7}

      {"prompt": "P ", "choices": ["1", "2"], "answer": "2"}
      {"question": "", "choices": ["no", "yes"], "label": 0}
      {"question": "A", "choices": {"text": ["x", "y"], "label": ["A", "B"]}, "answerKey": "B"}
      {"question": "A", "choices": {"text": ["x", "y"]}, "answer": "x"}
      """#)
    #expect(
      questions == [
        ChoiceQuestion("Q", choices: ["a", "b", "c"], answer: 2, at: LinePlace(1)),
        ChoiceQuestion("P ", choices: ["1", "2"], answer: 1, at: LinePlace(3)),
        ChoiceQuestion("", choices: ["no", "yes"], answer: 0, at: LinePlace(4)),
        ChoiceQuestion("A", choices: ["x", "y"], answer: 1, at: LinePlace(5)),
        ChoiceQuestion("A", choices: ["x", "y"], answer: 0, at: LinePlace(6)),
      ])
  }

  @Test(arguments: [
    (#"{"choices": ["a", "b"], "answer": 0}"#, "there is no 'question' and no 'prompt'"),
    (
      #"{"question": "Q", "prompt": "P", "choices": ["a", "b"], "answer": 0}"#,
      "there are 'question' and 'prompt'"
    ),
    (#"{"question": 3, "choices": ["a", "b"], "answer": 0}"#, "'question' is a whole number"),
    (#"{"question": "Q", "answer": 0}"#, "there is no 'choices'"),
    (#"{"question": "Q", "choises": ["a", "b"], "answer": 0}"#, "did you mean 'choices'?"),
    (#"{"question": "Q", "choices": ["a"], "answer": 0}"#, "'choices' is another list"),
    (#"{"question": "Q", "choices": ["a", ""], "answer": 0}"#, "texts that are not empty"),
    (#"{"question": "Q", "choices": ["a", 2], "answer": 0}"#, "'choices' is another list"),
    (#"{"question": "Q", "choices": "ab", "answer": 0}"#, "'choices' is a string"),
    (#"{"question": "Q", "choices": ["a", "b"]}"#, "no 'answer' and no 'label' and no 'answerKey'"),
    (
      #"{"question": "Q", "choices": ["a", "b"], "answer": 0, "label": 0}"#,
      "there are 'answer' and 'label'"
    ),
    (#"{"question": "Q", "choices": ["a", "b"], "answer": 2}"#, "expected 0...1"),
    (#"{"question": "Q", "choices": ["a", "b"], "answer": -1}"#, "expected 0...1"),
    (#"{"question": "Q", "choices": ["a", "b"], "answer": 0.5}"#, "an index from 0, or the text"),
    (#"{"question": "Q", "choices": ["a", "b"], "label": "1"}"#, "'label' is a string"),
    (#"{"question": "Q", "choices": ["one", "two"], "answer": "tow"}"#, "did you mean 'two'?"),
    (#"{"question": "Q", "choices": ["a", "a"], "answer": "a"}"#, "the text of 2 choices"),
    (#"{"question": "Q", "choices": ["a", "b"], "answerKey": "A"}"#, "the choices have none"),
    (
      #"{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "C"}"#,
      "which is none of the labels"
    ),
    (
      #"{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": 1}"#,
      "expected one of the labels"
    ),
    (
      #"{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "B", "C"]}, "answer": 0}"#,
      "2 choices and 3 labels"
    ),
    (
      #"{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "A"]}, "answer": 0}"#,
      "the same label"
    ),
    (
      #"{"question": "Q", "choices": {"label": ["A", "B"]}, "answer": 0}"#,
      "'choices.text' is missing"
    ),
    (#"{"question": "Q""#, "q.jsonl:1:1"),
    ("[]", "this line is a list"),
    ("\n", "there is no question"),
  ]) func mistakes(text: String, words: String) {
    expectComplaint(words) { try read(text) }
  }

  /// Each line with a mistake is named.
  @Test func allAtOnce() {
    let text = "{\"question\": 1, \"choices\": []}\n{\"prompt\": 2, \"choices\": []}"
    for words in ["q.jsonl:1:1", "q.jsonl:2:1", "'prompt' is a whole number"] {
      expectComplaint(words) { try read(text) }
    }
  }
}
