import Datasets
import Foundation
import PETL
import TestSupport
import Testing

/// Texts with labels in JSON lines, tables and folders.
@Suite struct LabelledTextTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(
    _ text: String, as name: String, _ columns: TextColumns = TextColumns(),
    _ choice: LabelledTexts.Choice = .init()
  ) throws -> LabelledTexts {
    try folder.write(text, to: name)
    return try LabelledTexts(folder.file(name), columns, choice)
  }

  private func texts(_ found: LabelledTexts, _ split: Split = .train) throws -> [String] {
    try found.splits.records(of: split).map(\.record.text)
  }

  private func labels(_ found: LabelledTexts, _ split: Split = .train) throws -> [TextLabel] {
    try found.splits.records(of: split).map(\.label)
  }

  @Test func jsonLines() throws {
    let found = try read(
      #"""
      {"text": "a\nb", "label": "no", "id": 3}

      {"text": "c", "label": "maybe"}
      {"text": "", "label": "no"}
      """#, as: "a.jsonl")
    #expect(found.classes == ["maybe", "no"])
    #expect(try texts(found) == ["a\nb", "c", ""])
    #expect(try labels(found) == [.one(1), .one(0), .one(1)])
    #expect(try found.splits.records(of: .train).map(\.record.place.line) == [1, 3, 4])
    #expect(found.outputs == 2)
  }

  @Test func namesOfKeysAndPairs() throws {
    let found = try read(
      #"{"a": "x", "b": "y", "c": 1}"# + "\n" + #"{"a": "z", "b": "", "c": 0}"#, as: "a.jsonl",
      TextColumns(text: "a", pair: "b", label: "c", kind: .classes))
    #expect(found.classes == ["0", "1"])
    #expect(try found.splits.records(of: .train).map(\.record.pair) == ["y", ""])
    let usual = try read(
      #"{"text": "x", "text_pair": "y", "label": 1}"# + "\n"
        + #"{"text": "z", "text_pair": "w", "label": 0}"#, as: "b.jsonl")
    #expect(try usual.splits.records(of: .train).map(\.record.pair) == ["y", "w"])
  }

  /// Ten comes after nine, and 007 is a name.
  @Test func numbersAreInTheirOrder() throws {
    let lines = ["10", "9", "-1"].map { #"{"text": "a", "label": \#($0)}"# }
    #expect(try read(lines.joined(separator: "\n"), as: "a.jsonl").classes == ["-1", "9", "10"])
    let names = ["\"10\"", "\"9\"", "\"007\""].map { #"{"text": "a", "label": \#($0)}"# }
    #expect(try read(names.joined(separator: "\n"), as: "b.jsonl").classes == ["007", "10", "9"])
  }

  @Test func numbersAndSeveralLabels() throws {
    var columns = TextColumns()
    columns.kind = .number
    let numbers = try read(
      #"{"text": "a", "label": 2.5}"# + "\n" + #"{"text": "b", "label": -1}"#, as: "a.jsonl",
      columns)
    #expect(try labels(numbers) == [.number(2.5), .number(-1)])
    #expect(numbers.outputs == 1 && numbers.classes.isEmpty)
    columns.kind = .several
    let several = try read(
      #"{"text": "a", "label": ["y", "x"]}"# + "\n" + #"{"text": "b", "label": []}"#,
      as: "b.jsonl", columns)
    #expect(several.classes == ["x", "y"])
    #expect(try labels(several) == [.several([0, 1]), .several([])])
  }

  @Test func tables() throws {
    let csv = try read(
      "id,text,label\r\n1,\" a, \"\"b\"\"\n c\",x\n2, d ,y\n3,e\u{2028}f,x\n", as: "a.csv")
    #expect(try texts(csv) == [" a, \"b\"\n c", "d", "e\u{2028}f"])
    #expect(try labels(csv) == [.one(0), .one(1), .one(0)])
    #expect(try csv.splits.records(of: .train).map(\.record.place.line) == [2, 4, 5])
    let tsv = try read("label\ttext\n1\tan \"odd\" one, with commas\n0\t\"\n", as: "a.tsv")
    #expect(try texts(tsv) == ["an \"odd\" one, with commas", "\""])
    #expect(try labels(tsv) == [.one(1), .one(0)])
  }

  @Test func splitsOfAFolder() throws {
    try folder.write(
      #"{"text": "a", "label": "x"}"# + "\n" + #"{"text": "b", "label": "y"}"#, to: "d/train.jsonl")
    try folder.write("text,label\nc,y\n", to: "d/dev.csv")
    let found = try LabelledTexts(folder.file("d"), TextColumns())
    #expect(found.splits.splits == [.train, .val, .trainAndVal])
    #expect(try labels(found, .val) == [.one(1)])
    try folder.write("text,label\nc,y\nd,z\n", to: "d/test.csv")
    expectComplaint("the class 'z' is none of the training texts") {
      try LabelledTexts(folder.file("d"), TextColumns())
    }
    expectComplaint("test.csv:3:3") { try LabelledTexts(folder.file("d"), TextColumns()) }
  }

  @Test func foldersOfClasses() throws {
    try folder.write("good\n\n", to: "i/train/pos/1.txt")
    try folder.write("bad", to: "i/train/neg/1.txt")
    try folder.write("fine", to: "i/test/pos/9.txt")
    try folder.write("", to: "i/test/pos/readme.md")
    let found = try LabelledTexts(folder.file("i"), TextColumns())
    #expect(found.classes == ["neg", "pos"])
    #expect(try texts(found) == ["bad", "good"])
    #expect(try labels(found, .test) == [.one(1)])
    #expect(found.splits.notes.map(\.statement).joined().contains("readme.md"))
    try folder.write("what", to: "i/test/pose/9.txt")
    expectComplaint("did you mean 'pos'?") { try LabelledTexts(folder.file("i"), TextColumns()) }
    var columns = TextColumns()
    columns.kind = .number
    expectComplaint("a folder is one class") { try LabelledTexts(folder.file("i"), columns) }
  }

  /// Each class gives its share, and the same seed the same texts.
  @Test func fractionsAndShots() throws {
    let lines = (0..<40).map { #"{"text": "t\#($0)", "label": "\#($0 % 4 == 0 ? "x" : "y")"}"# }
    let choice = LabelledTexts.Choice(val: 0.2, test: 0.3, shots: 2, seed: 5)
    let found = try read(lines.joined(separator: "\n"), as: "a.jsonl", TextColumns(), choice)
    func counts(_ split: Split) throws -> [Int] {
      let labels = try labels(found, split)
      return [TextLabel.one(0), .one(1)].map { label in labels.count { $0 == label } }
    }
    #expect(try counts(.val) == [2, 6])
    #expect(try counts(.test) == [3, 9])
    #expect(try counts(.train) == [2, 2])
    let again = try LabelledTexts(folder.file("a.jsonl"), TextColumns(), choice)
    #expect(try again.splits.records(of: .train) == found.splits.records(of: .train))
    let other = LabelledTexts.Choice(val: 0.2, test: 0.3, shots: 2, seed: 6)
    #expect(
      try texts(LabelledTexts(folder.file("a.jsonl"), TextColumns(), other)) != texts(found))
    expectComplaint("fewer than 9 texts in train: x (5)") {
      try LabelledTexts(
        folder.file("a.jsonl"), TextColumns(), .init(val: 0.2, test: 0.3, shots: 9, seed: 5))
    }
  }

  @Test(arguments: [
    ("{\"text\": 3, \"label\": 1}", "'text' is a whole number"),
    ("[1]", "this line is a list"),
    ("{\"text\": \"a\"", "a.jsonl:1:1"),
    ("{\"sentence\": \"a\", \"label\": 1}", "there are 'sentence', 'label'"),
    ("{\"text\": \"a\"}", "there is no 'label' in this line"),
    ("{\"text\": \"a\", \"label\": 1.5}", "to learn numbers write text: {labels: number}"),
    ("{\"text\": \"a\", \"label\": true}", "expected the name of a class"),
    ("{\"text\": \"a\", \"label\": \"\"}", "expected the name of a class"),
    ("{\"text\": \"a\", \"label\": [1]}", "lists need text: {labels: several}"),
    ("{\"text\": \"a\", \"text_pair\": null, \"label\": 1}", "'text_pair' is null"),
    ("{\"text\": \"a\", \"label\": 1}", "have 1 class"),
    ("", "there is no text in this file"),
  ])
  func mistakesOfALine(line: String, words: String) {
    expectComplaint(words) { try read(line, as: "a.jsonl") }
  }

  @Test(arguments: [
    (TextLabel.Kind.number, "{\"text\": \"a\", \"label\": \"2\"}", "text.labels: number takes 2.5"),
    (.number, "{\"text\": \"a\", \"label\": 1e300}", "text.labels: number takes 2.5"),
    (.several, "{\"text\": \"a\", \"label\": \"x\"}", "takes a list of names"),
    (.several, "{\"text\": \"a\", \"label\": [\"x\", null]}", "'label' has null"),
    (.several, "{\"text\": \"a\", \"label\": [\"x\", \"x\"]}", "names a class twice"),
    (.several, "{\"text\": \"a\", \"label\": []}", "have 0 classes"),
  ])
  func mistakesOfOtherLabels(kind: TextLabel.Kind, line: String, words: String) {
    var columns = TextColumns()
    columns.kind = kind
    expectComplaint(words) { try read(line, as: "a.jsonl", columns) }
  }

  @Test(arguments: [
    ("a.csv", "txet,label\na,1\n", "the header has no column 'text'"),
    ("a.csv", "text,label,text\na,1,b\n", "the header has 'text' 2 times"),
    ("a.csv", "text,label\na,b,1\n", "this row has 3 cells, the header 2"),
    ("a.csv", "text,label\na,\nb,1\n", "a.csv:2:3"),
    ("a.csv", "text,label\n\"a,1\n", "the quote is not closed"),
    ("a.csv", "text,label\n", "there is no text in this file"),
    ("a.csv", "", "the file is empty"),
    ("a.tsv", "text\tlabel\na,1\n", "this row has 1 cells, the header 2"),
    ("a.json", "{}", "does not say what kind of file"),
  ])
  func mistakesOfATable(name: String, text: String, words: String) {
    expectComplaint(words) { try read(text, as: name) }
  }

  @Test func mistakesOfTogetherness() {
    var columns = TextColumns()
    columns.kind = .several
    expectComplaint("give JSON lines") { try read("text,label\na,1\n", as: "a.csv", columns) }
    columns.kind = .number
    expectComplaint("the label 'x' is no number") {
      try read("text,label\na,x\n", as: "b.csv", columns)
    }
    expectComplaint("this text has no second one") {
      try read(
        #"{"text": "a", "text_pair": "b", "label": 1}"# + "\n" + #"{"text": "a", "label": 0}"#,
        as: "c.jsonl")
    }
    let both = complaint { try read("{\"text\": 3}\n{\"label\": 1}", as: "d.jsonl") }
    #expect(both.contains("d.jsonl:1:1") && both.contains("d.jsonl:2:1"), "\(both)")
  }
}
