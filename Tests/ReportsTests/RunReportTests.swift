import Foundation
import Reports
import Testing

@Suite struct RunReportTests {
  @Test func pageIsWellFormedAndNeedsNothingElse() throws {
    let html = page(sample())
    let found = try elements(of: html)
    // Four curves, three of the penalty, one site's curve, and of three stages a map and a spectrum;
    // two legends of three and one of the only regularized stage.
    #expect(found.names.count { $0 == "svg" } == 4 + 3 + 1 + 6 + 7)
    for words in ["resora: value", "resora: λ", "resora: share of the gradient"] {
      #expect(found.text.contains(words))
    }
    #expect(found.text.contains("control-refine"))
    let addresses = html.replacing("http://www.w3.org/2000/svg", with: "")
    #expect(!addresses.contains("http"))
    #expect(!addresses.contains("src="))
    #expect(!found.names.contains("script"))
  }

  @Test func drawingIsWellFormed() throws {
    let found = try elements(of: sample().svg())
    #expect(found.names.first == "svg")
    #expect(found.names.count { $0 == "desc" } == 7)
  }

  @Test func textIsEscapedEverywhere() throws {
    let evil = "</title><script>alert('1 & \"2\"')</script>\u{1}"
    let report = sample(title: evil)
    let found = try elements(of: page(report))
    #expect(!found.names.contains("script"))
    #expect(found.text.contains("<script>alert('1 & \"2\"')</script>\u{FFFD}"))
    let drawing = try elements(of: sample(title: evil, stages: [evil]).svg())
    #expect(!drawing.names.contains("script"))
    let heading = report.markdown().prefix { $0 != "\n" }
    #expect(heading.contains("\\<script\\>"))
  }

  @Test func controlIsDashedAndStartsWithItsCounterpart() throws {
    let svg = sample().svg()
    let paths = svg.matches(of: /class="line c(\d)( dashed)?" d="M([0-9.]+) [0-9.]+L/)
    let accuracy = Array(paths.prefix(3))
    #expect(accuracy.map { String($0.1) } == ["0", "1", "2"])
    #expect(accuracy.map { $0.2 != nil } == [false, false, true])
    #expect(accuracy[1].3 == accuracy[2].3)
    #expect(accuracy[0].3 != accuracy[1].3)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, 0])
  func oddLossesAreDrawnWithoutThem(_ loss: Double) throws {
    let report = sample(loss: loss)
    let html = page(report)
    _ = try elements(of: html)
    let paths = html.matches(of: /d="(M[^"]*)"/).map { String($0.1) }
    #expect(!paths.isEmpty)
    #expect(paths.allSatisfy { !$0.contains("nan") })
    #expect(paths.allSatisfy { !$0.contains("inf") })
    _ = try elements(of: report.svg())
  }

  @Test func headAloneAndOneStage() throws {
    let report = sample(stages: ["train"], hasAdapter: false)
    let html = page(report)
    let found = try elements(of: html)
    #expect(!found.text.contains("Subspaces"))
    #expect(!found.text.contains("Redundancy"))
    #expect(found.text.contains("train"))
    #expect(!report.markdown().contains("## Sites"))
  }

  @Test func figuresOfPluginsHaveCharts() throws {
    let report = sample(logsFigures: true)
    #expect(report.svg().contains("resora.overlap"))
    let html = page(report)
    #expect(html.contains("<h2>Figures of plugins</h2>"))
    #expect(html.contains("resora.overlap"))
    #expect(!page(sample()).contains("Figures of plugins"))
  }

  @Test func nothingAtAll() throws {
    let report = RunReport(
      title: "", facts: [], stages: [], epochs: [], sites: [], measuredOn: nil, recipe: "",
      notes: [])
    _ = try elements(of: page(report))
    _ = try elements(of: report.svg())
    #expect(report.markdown().contains("## Stages"))
  }

  @Test func markdownHasTheFigures() {
    let text = sample().markdown()
    #expect(text.contains("| q | refine | 1.000 | 1.25 | 1.50 | 0.250 |"))
    #expect(text.contains("| refine | 50.0 % | – | 0.250 | 1.0 s | yes | 2 of 2 |"))
  }
}
