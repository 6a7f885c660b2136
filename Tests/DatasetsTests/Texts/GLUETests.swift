import Datasets
import Foundation
import PETL
import TestSupport
import Testing

/// GLUE's own files.
@Suite struct GLUETests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ task: GLUETask, _ train: String, dev: String? = nil) throws -> LabelledTexts {
    try folder.write(train, to: "g/train.tsv")
    if let dev { try folder.write(dev, to: "g/dev\(task == .mnli ? "_matched" : "").tsv") }
    return try LabelledTexts(folder.file("g"), .glue(task))
  }

  private func rows(_ found: LabelledTexts, _ split: Split = .train) throws -> [String] {
    try found.splits.records(of: split).map { text in
      let label =
        switch text.label {
        case .one(let number): found.classes[number]
        case .number(let value): "\(value)"
        case .several: "several"
        }
      return [text.record.text, text.record.pair, label].compactMap(\.self)
        .joined(separator: "|")
    }
  }

  @Test(
    arguments: [
      (
        GLUETask.cola, "gj04\t1\t\tShe \"sang.\ngj04\t0\t*\tSang she",
        ["She \"sang.|acceptable", "Sang she|unacceptable"]
      ),
      (.sst2, "sentence\tlabel\nfine film \t1\nbad\t0", ["fine film |positive", "bad|negative"]),
      (
        .mrpc,
        "\u{FEFF}Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\ta\t\"b\r\n0\t7\t8\tc\td",
        ["a|\"b|equivalent", "c|d|not_equivalent"]
      ),
      (
        .stsb,
        "index\tg\tf\ty\to\ts1\ts2\tsentence1\tsentence2\tscore\n0\tg\tf\ty\to\ts\ts\ta\tb\t3.800",
        ["a|b|3.8"]
      ),
      (
        .qqp,
        "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\ta\tb\t0\n4\t5\ta cut line\n1\t2\t3\tc\td\t1",
        ["a|b|not_duplicate", "c|d|duplicate"]
      ),
      (
        .mnli,
        "i\tp\tp\tg\tb\tb\tp\tp\tsentence1\tsentence2\tl\tgold\n0\t1\t1n\tg\tb\tb\tp\tp\ta\tb\tneutral\tentailment",
        ["a|b|entailment"]
      ),
      (.qnli, "index\tquestion\tsentence\tlabel\n0\ta\tb\tnot_entailment", ["a|b|not_entailment"]),
      (.rte, "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment", ["a|b|entailment"]),
      (.wnli, "index\tsentence1\tsentence2\tlabel\n0\ta\tb\t1", ["a|b|entailment"]),
    ] as [(GLUETask, String, [String])])
  func columns(task: GLUETask, train: String, wanted: [String]) throws {
    #expect(try rows(read(task, train)) == wanted)
  }

  /// Hugging Face's order, also of classes that the training texts do not have.
  @Test func classesHaveTheirPlaces() throws {
    let header = "i\tp\tp\tg\tb\tb\tp\tp\tsentence1\tsentence2\tgold_label\n"
    let found = try read(
      .mnli, header + "0\t1\t1n\tg\tb\tb\tp\tp\ta\tb\tneutral",
      dev: header + "0\t1\t1n\tg\tb\tb\tp\tp\ta\tb\tentailment")
    #expect(found.classes == ["entailment", "neutral", "contradiction"])
    #expect(try found.splits.records(of: .val).map(\.label) == [.one(0)])
    #expect(found.splits.splits == [.train, .val, .trainAndVal])
  }

  /// The texts of GLUE's own files for tests, which have other columns than its others.
  @Test(
    arguments: [
      (.cola, "index\tsentence\n0\tSang she", ["Sang she"]),
      (.cola, "gj04\t1\t\tShe sang", ["She sang"]),
      (.sst2, "index\tsentence\n0\tbad", ["bad"]),
      (.mrpc, "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t7\t8\ta\t\"b", ["a|\"b"]),
      (
        .stsb, "index\tg\tf\ty\to\ts1\ts2\tsentence1\tsentence2\n0\tg\tf\ty\to\ts\ts\ta\tb",
        ["a|b"]
      ),
      (.qqp, "id\tquestion1\tquestion2\n0\ta\tb", ["a|b"]),
      (
        .mnli, "i\tp\tp\tg\tb\tb\tp\tp\tsentence1\tsentence2\n0\t1\t1n\tg\tb\tb\tp\tp\ta\tb",
        ["a|b"]
      ),
      (.qnli, "index\tquestion\tsentence\n0\ta\tb", ["a|b"]),
      (.rte, "index\tsentence1\tsentence2\n0\ta\tb", ["a|b"]),
      (.wnli, "index\tsentence1\tsentence2\n0\ta\tb", ["a|b"]),
    ] as [(GLUETask, String, [String])])
  func textsWithoutLabels(task: GLUETask, test: String, wanted: [String]) throws {
    try folder.write(test + "\n", to: "test.tsv")
    let path = folder.file("test.tsv")
    let found = try LabelledTexts.texts(path, .glue(task))
    #expect(
      found.records.map { [$0.text, $0.pair].compactMap(\.self).joined(separator: "|") } == wanted)
    guard task != .cola else { return }
    #expect(!found.hasLabels)
    let known = try read(task, try train(of: task))
    expectComplaint("the file has no labels") { try known.others(path, .glue(task), .test) }
  }

  private func train(of task: GLUETask) throws -> String {
    switch task {
    case .sst2: "sentence\tlabel\nfine\t1"
    case .mrpc: "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\ta\tb"
    case .stsb: "index\tg\tf\ty\to\ts1\ts2\ts\ts\tscore\n0\tg\tf\ty\to\ts\ts\ta\tb\t3"
    case .qqp: "id\tqid1\tqid2\tq\tq\tis_duplicate\n1\t2\t3\ta\tb\t0"
    case .mnli:
      "i\tp\tp\tg\tb\tb\tp\tp\ts\ts\tl\tg\n0\t1\t1n\tg\tb\tb\tp\tp\ta\tb\tneutral\tneutral"
    case .wnli: "index\ts\ts\tlabel\n0\ta\tb\t1"
    default: "index\ts\ts\tlabel\n0\ta\tb\tentailment"
    }
  }

  @Test func notesAndMistakes() throws {
    try folder.write("index\tsentence\n", to: "g/test.tsv")
    let found = try read(.qqp, "h\n1\t2\t3\ta\tb\t0\nshort\n")
    let notes = found.splits.notes.map(\.statement).joined(separator: "\n")
    #expect(notes.contains("test.tsv has no labels, and is not read"), "\(notes)")
    #expect(notes.contains("1 line cut short"), "\(notes)")
    expectComplaint("train.tsv:2:1") { try read(.rte, "h\n0\ta\n") }
    expectComplaint("the label 'yes' is none of rte") { try read(.rte, "h\n0\ta\tb\tyes\n") }
    expectComplaint("the label 'x' is no number") {
      try read(.stsb, "h\n0\tg\tf\ty\to\ts\ts\ta\tb\tx\n")
    }
    expectComplaint("there is no text in this file") { try read(.sst2, "sentence\tlabel\n") }
    expectComplaint("takes a folder") { try LabelledTexts(folder.file("g/train.tsv"), .glue(.rte)) }
    expectComplaint("there is neither train.tsv nor dev.tsv") {
      try folder.write("", to: "h/a.txt")
      return try LabelledTexts(folder.file("h"), .glue(.rte))
    }
  }
}
