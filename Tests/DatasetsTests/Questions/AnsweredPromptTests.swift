import Datasets
import TestSupport
import Testing

/// Files of prompts with their answers, and what a file asks.
@Suite struct AnsweredPromptTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ text: String, as name: String = "p.jsonl") throws -> [AnsweredPrompt] {
    try folder.write(text, to: name)
    return try AnsweredPrompt.read(folder.file(name))
  }

  @Test func bothForms() throws {
    let prompts = try read(
      #"""
      {"prompt": "2 + 2 =", "completion": " 4", "id": 1}

      {"question": "How many?", "answer": "2\n#### 2"}
      """#)
    #expect(
      prompts == [
        AnsweredPrompt("2 + 2 =", reference: " 4", at: LinePlace(1)),
        AnsweredPrompt("How many?", reference: "2\n#### 2", at: LinePlace(3)),
      ])
  }

  @Test(arguments: [
    (#"{"completion": "b"}"#, "there is no 'prompt' and no 'question'"),
    (#"{"prompt": "a", "question": "b"}"#, "there are 'prompt' and 'question'"),
    (#"{"prompt": "a"}"#, "a 'prompt' without a 'completion'"),
    (#"{"question": "a"}"#, "a 'question' without an 'answer'"),
    (#"{"prompt": "a", "completion": "b", "answer": "c"}"#, "'answer' does not go with 'prompt'"),
    (#"{"question": "a", "completion": "b"}"#, "'completion' does not go with 'question'"),
    (#"{"question": "a", "answer": 3}"#, "'answer' is a whole number"),
    (#"{"prompt": ["a"], "completion": "b"}"#, "'prompt' is a list"),
    (#"{"question": "a", "anwser": "b"}"#, "did you mean 'answer'?"),
    (#"{"messages": []}"#, "there is no 'prompt'"),
    ("\n", "there is no prompt in this file"),
  ]) func mistakes(text: String, words: String) {
    expectComplaint(words) { try read(text) }
  }

  @Test func onlyJSONLines() {
    expectComplaint("stand in a .jsonl") { try read("a", as: "p.txt") }
  }

  @Test(arguments: [
    (#"{"question": "a", "choices": ["b", "c"], "answer": 0}"#, QuestionKind.choice),
    (#"{"prompt": "a", "choises": ["b", "c"], "answer": 0}"#, .choice),
    (#"{"question": "a", "answer": "b"}"#, .open),
    (#"{"prompt": "a", "completion": "b"}"#, .text),
    (#"{"text": "a", "choices": 3}"#, .text),
    (#"{"messages": [], "question": "a"}"#, .text),
    ("{", .text),
    ("[1]", .text),
    ("", .text),
  ]) func kinds(text: String, kind: QuestionKind) throws {
    try folder.write("\n" + text + "\n{}", to: "k.jsonl")
    #expect(try QuestionKind(of: folder.file("k.jsonl")) == kind)
    try folder.write(text, to: "k.txt")
    #expect(try QuestionKind(of: folder.file("k.txt")) == .text)
  }
}
