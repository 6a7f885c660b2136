import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

/// Names of classes are told apart by their bytes.
@Suite("Names of classes") struct TextNamesTests {
  private static let composed = "caf\u{E9}"
  private static let decomposed = "cafe\u{301}"
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func classes(_ text: String, as name: String, _ columns: TextColumns = .init()) throws
    -> [[UInt8]]
  {
    try folder.write(text, to: name)
    return try LabelledTexts(folder.file(name), columns).classes.map { Array($0.utf8) }
  }

  /// `String` takes both spellings for equal.
  @Test("of other bytes are other classes")
  func bytes() throws {
    let (one, other) = (Self.composed, Self.decomposed)
    #expect(one == other)
    let wanted = [other, one].map { Array($0.utf8) }
    #expect(try classes("text,label\na,\(one)\nb,\(other)\n", as: "a.csv") == wanted)
    let lines = [one, other].map { #"{"text": "a", "label": "\#($0)"}"# }
    #expect(try classes(lines.joined(separator: "\n"), as: "a.jsonl") == wanted)
    var columns = TextColumns()
    columns.kind = .several
    let both = #"{"text": "a", "label": ["\#(one)", "\#(other)"]}"#
    #expect(try classes(both, as: "b.jsonl", columns) == wanted)
    // A column of the other spelling is another column.
    columns = TextColumns()
    columns.label = other
    expectComplaint("the header has no column") {
      try classes("text,\(one)\na,x\nb,y\n", as: "c.csv", columns)
    }
    let set = try read("a.jpg,\(one)\nb.jpg,\(other)\n")
    #expect(set.classes.map { Array($0.utf8) } == wanted)
    #expect(set.train?.labels == [1, 0])
  }

  /// A mark joins with what stands before it to one character of Swift's.
  @Test("and texts may begin with a mark")
  func marks() throws {
    try folder.write("text,label\n\u{301}ab,\u{301}x\n\"\u{301}c,d\",y\r\n", to: "m.csv")
    let found = try LabelledTexts(folder.file("m.csv"), TextColumns())
    let texts = try found.splits.records(of: .train).map { Array($0.record.text.utf8) }
    #expect(texts == ["\u{301}ab", "\u{301}c,d"].map { Array($0.utf8) })
    #expect(found.classes.map { Array($0.utf8) } == ["y", "\u{301}x"].map { Array($0.utf8) })
  }

  @Test("of choices, too")
  func choices() throws {
    let (one, other) = (Self.composed, Self.decomposed)
    try folder.write(
      #"{"question": "Q", "choices": ["\#(one)", "\#(other)"], "answer": "\#(other)"}"# + "\n",
      to: "q.jsonl")
    #expect(try ChoiceQuestion.read(folder.file("q.jsonl"))[0].answer == 1)
  }

  @Test("01 and 1 are two, in texts and in a table of images")
  func zeros() throws {
    let wanted = ["01", "1"].map { Array($0.utf8) }
    #expect(try classes("text,label\na,1\nb,01\n", as: "a.csv") == wanted)
    let set = try read("a.jpg,1\nb.jpg,01\n")
    #expect(set.classes == ["01", "1"])
    #expect(set.notes.words.joined().contains("'1' and '01' would be one number"))
    // Each number with one spelling stays a number.
    #expect(try read("a.jpg,01\nb.jpg,00\n").classes == ["0", "1"])
  }

  private func read(_ text: String) throws -> Dataset {
    for name in ["a.jpg", "b.jpg"] where !FileManager.default.fileExists(atPath: folder.file(name))
    {
      try folder.copy(image: "grey.jpg", to: name)
    }
    try folder.write(text, to: "set.csv")
    return try Dataset(csv: folder.file("set.csv"), classes: nil, fractions: (nil, nil))
  }
}
