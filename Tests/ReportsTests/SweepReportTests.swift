import Foundation
import Testing

@testable import Reports

@Suite struct SweepReportTests {
  /// Two methods and a control on two data sets over three values, one of them 0.
  private func sample(title: String = "sweep", mean: Double = 0.8) -> SweepReport {
    func figure(_ mean: Double) -> SweepReport.Figure {
      SweepReport.Figure(count: 3, mean: mean, deviation: 0.02)
    }
    let points = [0, 0.01, 1].map { SweepReport.Point(value: $0, figure: figure(mean + $0 / 10)) }
    let lines = [
      SweepReport.Line(label: "lora", isControl: false, points: points, level: nil),
      SweepReport.Line(label: "dora", isControl: false, points: points, level: nil),
      SweepReport.Line(label: "control", isControl: true, points: [], level: figure(mean)),
    ]
    let curves = ["Accuracy (test)", "Redundancy"].flatMap { name in
      [nil, "digits", "shapes"].map { data in
        SweepReport.Curve(
          key: "regularizers.0.weight", figure: name, shortFigure: name, isShare: true, data: data,
          lines: data == "shapes" ? [lines[1], lines[2]] : lines)
      }
    }
    let rows = [
      SweepReport.Difference(
        label: "digits", mean: 1, interval: (lower: 0.5, upper: 1.5), isPooled: false,
        isTold: true, verdict: "higher"),
      SweepReport.Difference(
        label: "shapes", mean: -1, interval: nil, isPooled: false, isTold: false,
        verdict: "too few seeds to tell"),
      SweepReport.Difference(
        label: "all data sets", mean: 0.2, interval: (lower: -1, upper: 1.5), isPooled: true,
        isTold: false, verdict: "not distinguishable"),
    ]
    let table = ReportTable(
      title: "Accuracy", caption: "in %", columns: ["method", "digits"],
      rows: [["lora", "80.00 ± 2.00 (3)\n78.00 … 82.00"]])
    return SweepReport(
      title: title, facts: [(label: "runs", value: "1 of 2")], notes: ["1 of 2 did not finish"],
      figures: [table],
      chosen: ReportTable(
        title: "Chosen settings", columns: ["method", "data", "setting", "test"],
        rows: [["lora", "digits", "rank=2", "80.00 ± 2.00 (3)"]], wordColumns: [2]),
      forests: [SweepReport.Forest(title: "lora", baseline: "control", rows: rows)],
      unit: "points", tests: table, curves: curves,
      runs: ReportTable(
        title: "Runs", columns: ["run", "outcome"],
        rows: [["1", "finished"], ["2", "failed: error: training diverged <here>"]],
        wordColumns: [1]), recipe: "sweep: {seeds: [0, 1]}")
  }

  private func page(_ report: SweepReport) -> String {
    report.html().replacing("<!DOCTYPE html>\n", with: "")
  }

  @Test func pageIsWellFormedAndNeedsNothingElse() throws {
    let html = page(sample())
    let found = try elements(of: html)
    // A forest plot, two curves of all data and two of each set, and a legend of three.
    #expect(found.names.count { $0 == "svg" } == 1 + 2 + 4 + 3)
    #expect(found.names.count { $0 == "table" } == 4)
    for words in [
      "failed: error: training diverged <here>", "78.00 … 82.00", "sweep: {seeds: [0, 1]}",
      "1 of 2 did not finish", "all data sets", "regularizers.0.weight (logarithmic)",
    ] {
      #expect(found.text.contains(words), "\(words)")
    }
    let addresses = html.replacing("http://www.w3.org/2000/svg", with: "")
    #expect(!addresses.contains("http"))
    #expect(!addresses.contains("src="))
    #expect(!found.names.contains("script"))
    #expect(!found.names.contains("link"))
  }

  @Test func textIsEscapedEverywhere() throws {
    let evil = "</title><script>alert('1 & \"2\"')</script>\u{1}"
    let found = try elements(of: page(sample(title: evil)))
    #expect(!found.names.contains("script"))
    #expect(found.text.contains("<script>alert('1 & \"2\"')</script>\u{FFFD}"))
    _ = try elements(of: sample(title: evil).svg())
  }

  @Test func drawingHasForestAndCurves() throws {
    let found = try elements(of: sample().svg())
    #expect(found.names.count { $0 == "desc" } == 1 + 6)
  }

  @Test func markdownHasTheTables() {
    let text = sample().markdown()
    #expect(text.contains("| lora | 80.00 ± 2.00 (3) · 78.00 … 82.00 |"))
    #expect(text.contains("## Chosen settings"))
    #expect(text.contains("| lora | digits | rank=2 | 80.00 ± 2.00 (3) |"))
    #expect(sample().latex().contains("lora & digits & rank=2"))
    #expect(text.contains("| 2 | failed: error: training diverged \\<here\\> |"))
    #expect(text.contains("```yaml\nsweep: {seeds: [0, 1]}\n```"))
  }

  /// A method has the same colour where another is missing.
  @Test func coloursBelongToMethods() throws {
    let swept = try #require(sample().sweptCharts.first)
    #expect(swept.lines.map(\.label) == ["lora", "dora", "control"])
    let shapes = try #require(swept.parts.first { $0.title.contains("shapes") })
    let drawing = shapes.drawing().text
    #expect(drawing.contains("line c1\""))
    #expect(!drawing.contains("c0"))
    #expect(drawing.contains("band c2"))
  }

  @Test func filledMarksAreThoseThatAreTold() throws {
    let drawing = try #require(sample().forestPlots.first).drawing().text
    // One filled mark, a hollow one, and the lozenge of all.
    #expect(drawing.matches(of: /class="dot c0"/).count == 1)
    #expect(drawing.matches(of: /class="hollow c0"/).count == 2)
    #expect(drawing.contains("class=\"zero\""))
    #expect(drawing.contains("digits: +1.00, 0.50 … 1.50, higher"))
  }

  @Test(arguments: [Double.nan, .infinity, 1e308, -1e308])
  func oddFiguresAreDrawn(_ mean: Double) throws {
    let html = page(sample(mean: mean))
    _ = try elements(of: html)
    let paths = html.matches(of: /d="(M[^"]*)"/).map { String($0.1) }
    #expect(paths.allSatisfy { !$0.contains("nan") })
    #expect(paths.allSatisfy { !$0.contains("inf") })
  }
}

@Suite struct ValueAxisTests {
  @Test func decadesAreLogarithmic() throws {
    let axis = ValueAxis(holding: [0.01, 0.1, 1, 10], width: 300)
    #expect(axis.isLogarithmic)
    #expect(axis.ticks.map(\.label) == ["0.01", "0.1", "1", "10"])
    let steps = zip(axis.ticks, axis.ticks.dropFirst()).map { $1.place - $0.place }
    let first = try #require(steps.first)
    #expect(steps.allSatisfy { abs($0 - first) < 1e-9 })
  }

  @Test func zeroStandsApart() {
    let axis = ValueAxis(holding: [0, 0.1, 1], width: 300)
    #expect(axis.isLogarithmic)
    #expect(axis.place(of: 0) < axis.place(of: 0.1) - 0.1)
    #expect(axis.place(of: 1) <= 1)
  }

  @Test(arguments: [[2.0, 4, 8], [-1, 100], [3]])
  func othersAreNot(_ values: [Double]) {
    let axis = ValueAxis(holding: values, width: 300)
    #expect(!axis.isLogarithmic)
    #expect(values.allSatisfy { (0...1).contains(axis.place(of: $0)) })
  }

  @Test func labelsDoNotMeet() {
    let axis = ValueAxis(holding: (1...60).map(Double.init), width: 120)
    let places = axis.ticks.map { $0.place * 120 }
    #expect(axis.ticks.count > 2)
    #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 > 12 })
  }

  /// Values that differ late are still told apart.
  @Test(
    arguments: [
      [1000.1, 1000.2], [12345, 12346, 12347], [0.1, 0.100001], [1, 1 + 1e-14], [1e-9, 1.00001e-9],
    ] as [[Double]])
  func labelsAreDistinct(_ values: [Double]) {
    let labels = ValueAxis(holding: values, width: 4000).ticks.map(\.label)
    #expect(labels.count == values.count)
    #expect(Set(labels).count == labels.count, "\(labels)")
    #expect(zip(labels, values).allSatisfy { abs((Double($0) ?? .nan) - $1) < 1e-3 })
  }

  @Test(arguments: [(1e-5, "1e-5"), (0.003, "0.003"), (1e10, "1e10"), (16, "16")])
  func labelsAreShort(_ value: Double, _ text: String) {
    #expect(ValueAxis(holding: [value], width: 300).ticks.map(\.label) == [text])
  }
}
