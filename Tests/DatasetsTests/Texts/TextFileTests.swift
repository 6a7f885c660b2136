import Datasets
import Foundation
import TestSupport
import Testing

/// Files of texts, line by line.
@Suite struct TextFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(
    _ text: String, as name: String, _ plain: TextFile.PlainText = .lines,
    template: ChatTemplate? = nil, asksForAnswer: Bool = false
  ) throws -> [TextRecord] {
    try folder.write(text, to: name)
    return try TextFile(
      folder.file(name), plainText: plain, template: template, asksForAnswer: asksForAnswer
    ).records
  }

  @Test func plainTextIsWholeOrInLines() throws {
    let text = "one\r\n\ntwo \u{2028} words\nthree"
    #expect(try read(text, as: "a.txt", .whole).map(\.text) == [text])
    let lines = try read(text, as: "a.txt")
    #expect(lines.map(\.text) == ["one", "", "two \u{2028} words", "three"])
    #expect(lines.map(\.place.line) == [1, 2, 3, 4])
    #expect(try read("one\n", as: "a.txt").map(\.text) == ["one"])
    #expect(try read("\u{FEFF}one", as: "a.txt", .whole).map(\.text) == ["one"])
  }

  @Test func jsonLinesOfAllForms() throws {
    let records = try read(
      #"""
      {"text": "a\nb", "id": 3}

      {"text": "a", "text_pair": "b"}
      {"prompt": "2 + 2 =", "completion": " 4"}
      {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
      """#, as: "a.jsonl", template: .chatml)
    #expect(records.map(\.place.line) == [1, 3, 4, 5])
    #expect(records[0] == TextRecord([.init("a\nb", counts: true)]))
    #expect(records[1].pair == "b")
    #expect(
      records[2].parts == [.init("2 + 2 =", counts: false), .init(" 4", counts: true)])
    #expect(records[3].isFramed)
    #expect(records[3].parts.filter(\.counts).map(\.text) == ["Ho<|im_end|>"])
  }

  /// JSON has Unicode's line separators within texts.
  @Test func lineSeparatorsOfUnicodeEndNoLine() throws {
    let records = try read("{\"text\": \"a\u{2028}b\u{85}c\"}\r\n{\"text\": \"d\"}", as: "a.jsonl")
    #expect(records.map(\.text) == ["a\u{2028}b\u{85}c", "d"])
  }

  /// What is to be said next is left out.
  @Test func promptsAlone() throws {
    let records = try read(
      #"""
      {"prompt": "2 + 2 ="}
      {"prompt": "a", "completion": "b"}
      {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
      """#, as: "a.jsonl", template: .chatml, asksForAnswer: true)
    #expect(
      records.map(\.text) == [
        "2 + 2 =", "a", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
      ])
  }

  /// A conversation without a system's turn begins with what the model is told otherwise.
  @Test func wordsOfTheModelsOwnSystem() throws {
    try folder.write(
      #"""
      {"messages": [{"role": "user", "content": "Hi"}]}
      {"messages": [{"role": "system", "content": "No."}, {"role": "user", "content": "Hi"}]}
      """#, to: "s.jsonl")
    let file = try TextFile(
      folder.file("s.jsonl"), plainText: .lines, template: .chatml, system: "Be brief.")
    let user = "<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
    #expect(
      file.records.map(\.text) == [
        "<|im_start|>system\nBe brief." + user, "<|im_start|>system\nNo." + user,
      ])
  }

  @Test(arguments: [
    ("{\"text\": 3}", "'text' is a whole number"),
    ("[1]", "this line is a list"),
    ("{\"text\": \"a\"", "a.jsonl:1:1"),
    ("{\"txet\": \"a\"}", "did you mean 'text'?"),
    ("{\"text\": \"a\", \"prompt\": \"b\"}", "there are 'text' and 'prompt' in this line"),
    (
      "{\"text\": \"a\", \"completion\": \"b\"}", "'completion' goes with 'prompt', not with 'text'"
    ),
    ("{\"prompt\": \"a\"}", "there is a 'prompt' without a 'completion'"),
    ("{\"prompt\": \"a\", \"completion\": null}", "'completion' is null"),
    ("{\"messages\": []}", "or empty"),
    ("{\"messages\": [{\"role\": \"user\"}]}", "turn 1 has no 'role' or no 'content'"),
    ("{\"messages\": [{\"role\": \"tool\", \"content\": \"a\"}]}", "turn 1 has the role 'tool'"),
    ("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}", "none is named"),
    ("", "there is no text in this file"),
  ])
  func mistakesOfALine(line: String, words: String) {
    expectComplaint(words) { try read(line, as: "a.jsonl") }
  }

  /// All mistakes of a file are named at once.
  @Test func everyLineIsLookedAt() {
    let text = complaint {
      try read("{\"text\": 3}\n{\"text\": \"a\"}\n{\"prompt\": 1}", as: "a.jsonl")
    }
    #expect(text.contains("a.jsonl:1:1") && text.contains("a.jsonl:3:1"), "\(text)")
    #expect(!text.contains("a.jsonl:2:1"), "\(text)")
  }

  @Test func otherFilesAreRefused() throws {
    expectComplaint("does not say what kind of text") { try read("a", as: "a.csv") }
    expectComplaint("there is no text in this file") { try read("", as: "a.txt", .whole) }
    try Data([0x61, 0xE9, 0x0A]).write(to: URL(filePath: folder.file("bytes.txt")))
    expectComplaint("not UTF-8") { try TextFile(folder.file("bytes.txt"), plainText: .lines) }
    expectComplaint("nowhere.txt") { try TextFile(folder.file("nowhere.txt"), plainText: .lines) }
  }
}
