import Foundation
import TestSupport
import Testing
import Training

@testable import PETLCommands

@Suite struct SweepViewTests {
  private static func view() -> SweepView {
    let runs = (1...4).map { number in
      SweepView.Run(
        name: "00\(number)-seed\(number)", stages: LiveViewTests.stages,
        state: number == 1 ? .finished : .waiting)
    }
    return SweepView(runs, .unicode, at: 100)
  }

  private static func text(_ view: SweepView, _ columns: Int, rows: Int = 24, at now: Double)
    -> [String]
  {
    view.lines(.init(columns: columns, rows: rows), at: now).map { $0.map(\.text).joined() }
  }

  /// What finished before is no measure of speed; eight epochs a run are.
  @Test func goesOn() throws {
    var view = Self.view()
    #expect(
      Self.text(view, 80, at: 110) == ["sweep  ██████░░░░░░░░░░░░░░░░░░  25 %  1 of 4 finished"])
    view.begin(1)
    view.begin(2)
    for epoch in 1...4 {
      let record = try LiveViewTests.record(
        "base", epoch, loss: 0.5, redundancy: 0.25, accuracy: 0.5)
      view.log(record, of: 1, at: 100 + 10 * Double(epoch))
    }
    let left = try #require(view.left(at: 140))
    // Four epochs took 40 s, 20 are left; a part of the next is known to be behind, no more.
    #expect(abs(left - 200) < 1e-9)
    let (soon, late) = (view.left(at: 143), view.left(at: 500))
    #expect(abs((soon ?? 0) - 197) < 1e-9)
    #expect(abs((late ?? 0) - 190) < 1e-9)
    let text = Self.text(view, 80, at: 140)
    #expect(
      text == [
        "sweep  █████████░░░░░░░░░░░░░░░  37 %  1 of 4 finished  3 min 20 s left",
        "002-seed2  ██████░░░░░░  base 4/4  loss 0.5000  val 50.0 %  |ρ| 0.250",
        "003-seed3  ░░░░░░░░░░░░",
      ], "\(text)")
    view.end(1, failed: true, at: 200)
    view.end(2, failed: false, at: 200)
    let ended = Self.text(view, 60, at: 200)
    #expect(
      ended == ["sweep  ██████░░  75 %  2 of 4 finished  1 failed  50 s left"], "\(ended)")
    view.begin(3)
    view.end(3, failed: false, at: 300)
    #expect(view.left(at: 300) == nil)
  }

  /// A run that goes on from a checkpoint: what it logged earlier is behind, but says nothing of speed.
  @Test func resumed() throws {
    var view = Self.view()
    let record = try LiveViewTests.record(
      "base", 4, loss: 0.5, redundancy: 0.25, accuracy: 0.5)
    view.begin(1, logged: [record, record, record, record])
    #expect(view.left(at: 110) == nil)
    let text = Self.text(view, 80, at: 110)
    #expect(text[0].contains("37 %"), "\(text)")
    #expect(text[1].contains("base 4/4"), "\(text)")
    view.log(record, of: 1, at: 110)
    // One epoch in 10 s, 19 are left.
    #expect(view.left(at: 110) == 190)
    view.forget(1)
    let again = Self.text(view, 80, at: 110)
    #expect(again[0].contains("25 %"), "\(again)")
  }

  /// As many runs as there is room for; on a narrow terminal the sweep alone.
  @Test func small() throws {
    var view = Self.view()
    for index in 1...3 { view.begin(index) }
    let low = Self.text(view, 80, rows: 4, at: 110)
    try #require(low.count == 3, "\(low)")
    #expect(low[1].hasPrefix("002-seed2"), "\(low)")
    #expect(low[2] == "and 2 more", "\(low)")
    let narrow = Self.text(view, 30, at: 110)
    #expect(narrow == ["sweep  25 %  1 of 4 finished"], "\(narrow)")
  }

  /// Whole lines, each once.
  @Test func tail() throws {
    let bench = try Bench()
    var tail = MetricsTail("\(bench.folder)/metrics.jsonl")
    let none = tail.next()
    #expect(none.records.isEmpty)
    #expect(!none.isAnew)
    let lines = try (1...3).map { epoch in
      let record = try LiveViewTests.record(
        "base", epoch, loss: 0.5, redundancy: 0.25, accuracy: 0.5)
      let encoded = try JSONEncoder.figures([.sortedKeys]).encode(record)
      return String(decoding: encoded, as: UTF8.self) + "\n"
    }
    try bench.write(lines[0] + lines[1].prefix(20), to: "metrics.jsonl")
    let first = tail.next().records.map(\.epoch)
    #expect(first == [1])
    try bench.write(lines.joined(), to: "metrics.jsonl")
    let others = tail.next().records.map(\.epoch)
    #expect(others == [2, 3])
    let nothing = tail.next()
    #expect(nothing.records.isEmpty)
    #expect(!nothing.isAnew)
    try bench.write(lines[0], to: "metrics.jsonl")
    let cut = tail.next()
    #expect(cut.records.map(\.epoch) == [1])
    #expect(cut.isAnew)
  }
}
