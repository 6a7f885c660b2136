import Datasets
import Foundation
import PETL
import TestSupport
import Testing

/// What is wrong with files of texts, or passed over in them, is said.
@Suite("Faults of files of texts") struct TextFaultTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func notes(of path: String) throws -> String {
    try LabelledTexts(folder.file(path), TextColumns()).splits.notes.words.joined(separator: "\n")
  }

  @Test("Files beside folders of classes and of splits are named")
  func strays() throws {
    for split in ["train", "test"] {
      for name in ["x", "y"] { try folder.write("a", to: "i/\(split)/\(name)/1.txt") }
    }
    try folder.write("a", to: "i/train/loose.txt")
    try folder.write("a", to: "i/loose.txt")
    try folder.write("a", to: "i/README.md")
    let found = try notes(of: "i")
    #expect(found.contains("1 file of texts in no folder of a class: not read, such as"))
    #expect(found.contains("train/loose.txt") && found.contains("1 file of texts in no split"))
    #expect(found.contains("passed over, such as README.md"), "\(found)")
    try folder.write("text,label\na,x\nb,y\n", to: "f/train.csv")
    try folder.write("a", to: "f/test.json")
    try folder.write("a", to: "f/x/1.txt")
    #expect(try notes(of: "f").contains("2 entries in"))
  }

  @Test(
    "Carriage returns alone end no line, and UTF-16 is named",
    arguments: [
      ("a.csv", "text,label\ra,x\r", "carriage returns"),
      ("a.tsv", "text\tlabel\ra\tx\r", "carriage returns"),
      ("a.jsonl", "{\"text\": \"a\"}\r{\"text\": \"b\"}\r", "tr '\\r' '\\n'"),
    ])
  func carriageReturns(name: String, text: String, words: String) throws {
    try folder.write(text, to: name)
    expectComplaint(words) { try LabelledTexts(folder.file(name), TextColumns()) }
    let wide = Array(text.utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for mark in [[0xFF, 0xFE], []] as [[UInt8]] {
      try Data(mark + wide).write(to: URL(filePath: folder.file("w." + name.dropFirst(2))))
      expectComplaint("iconv -f UTF-16") {
        try LabelledTexts(folder.file("w." + name.dropFirst(2)), TextColumns())
      }
    }
  }

  @Test("A plain text of one line may have carriage returns")
  func plainText() throws {
    try folder.write("a\rb", to: "a.txt")
    #expect(try TextFile(folder.file("a.txt"), plainText: .whole).records[0].text == "a\rb")
    expectComplaint("carriage returns") {
      try TextFile(folder.file("a.txt"), plainText: .lines)
    }
  }

  private func table(_ labels: [String]) throws -> String {
    let rows = labels.map { "a,\($0)\n" }
    try folder.write("text,label\n" + rows.joined(), to: "n.csv")
    return folder.file("n.csv")
  }

  @Test("Numbers that are no classes are told")
  func numbers() throws {
    let words = "the labels are numbers, 40 different ones of 40 texts"
    let path = try table((0..<40).map { "\(Double($0) * 0.5)" })
    #expect(TextLabel.Kind(guessing: path) == .number)
    expectComplaint(words) { try LabelledTexts(path, TextColumns()) }
    expectComplaint("text: {labels: number}") {
      try LabelledTexts(path, TextColumns(), .init(val: 0.1, test: nil, shots: nil, seed: 0))
    }
    // Few numbers are classes, though nothing can be cut off so few texts.
    let few = try table(["1", "2", "3", "4"])
    #expect(TextLabel.Kind(guessing: few) == .classes)
    #expect(try LabelledTexts(few, TextColumns()).classes.count == 4)
    expectComplaint("4 different ones of 4 texts") {
      try LabelledTexts(few, TextColumns(), .init(val: 0.1, test: nil, shots: nil, seed: 0))
    }
    let many = try table((0..<60).map { "\(Double($0 % 12) * 0.5)" })
    #expect(TextLabel.Kind(guessing: many) == .number)
    #expect(try notes(of: "n.csv").contains("each of the 12 is taken for a class"))
    let names = try table((0..<40).map { "c\($0 % 2)" })
    #expect(TextLabel.Kind(guessing: names) == .classes)
    #expect(try notes(of: "n.csv").isEmpty)
  }

  @Test("Lists of labels are told, once")
  func lists() throws {
    let lines = (0..<9).map { _ in #"{"text": "a", "label": ["x"]}"# }
    try folder.write(lines.joined(separator: "\n"), to: "l.jsonl")
    #expect(TextLabel.Kind(guessing: folder.file("l.jsonl")) == .several)
    let text = complaint { try LabelledTexts(folder.file("l.jsonl"), TextColumns()) }
    #expect(text.contains("and 6 more mistakes"), "\(text)")
    #expect(text.contains("lists need text: {labels: several}"))
  }

  @Test("An empty text in quotes is a text, and an empty line is none")
  func emptyTexts() throws {
    try folder.write("text\n\"\"\n\na\n", to: "e.csv")
    let found = try LabelledTexts.texts(folder.file("e.csv"), .columns(TextColumns()))
    #expect(found.records.map(\.text) == ["", "a"])
    expectComplaint("this is a folder") {
      try LabelledTexts.texts(folder.path, .columns(TextColumns()))
    }
  }

  @Test("A text with choices is no question and no text")
  func textWithChoices() throws {
    try folder.write(#"{"text": "a", "choices": ["a", "b"], "answer": 0}"#, to: "c.jsonl")
    expectComplaint("'text' and 'choices'") { try QuestionKind(of: folder.file("c.jsonl")) }
  }
}
