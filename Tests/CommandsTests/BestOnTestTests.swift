import Foundation
import TestSupport
import Testing

/// Runs whose epoch the test split chose say so wherever they are shown.
@Suite struct BestOnTestTests {
  private static let mark = "† best epoch on TEST: optimistic"

  @Test func everythingIsMarked() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 3\n")
    let run = try bench.petl([
      "run", "r.yaml", "--output", "all/marked", "--set", "selection=best-test",
    ])
    #expect(run.code == 0, "\(run)")
    #expect(run.complaints.contains("warning: \(Self.mark)"), "\(run)")
    #expect(run.complaints.contains("test † "), "\(run)")
    #expect(run.output.contains("test accuracy †"), "\(run)")
    #expect(run.output.contains(Self.mark), "\(run)")
    let honest = try bench.petl(["run", "r.yaml", "--output", "all/honest", "--quiet"])
    #expect(honest.code == 0)
    #expect(!honest.output.contains("†"))
    #expect(honest.complaints.isEmpty)

    // The epoch that is kept is the best on the test split, the first of several.
    let lines = try bench.read("all/marked/metrics.jsonl").split(separator: "\n")
    let tests = try lines.map { line -> Double in
      let epoch = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let test = try #require(epoch?["test"] as? [String: Any])
      return try #require(test["accuracy"] as? Double)
    }
    let summary = try bench.json("all/marked/summary.json")
    let stage = try #require((summary["stages"] as? [[String: Any]])?.first)
    let best = try #require(tests.max())
    #expect(stage["keptEpoch"] as? Int == tests.firstIndex(of: best).map { $0 + 1 })
    #expect((stage["test"] as? [String: Any])?["accuracy"] as? Double == best)
    #expect((summary["bestOnTest"] as? String)?.hasPrefix(Self.mark) == true)
    let other = try bench.json("all/honest/summary.json")
    #expect(other["bestOnTest"] == nil)
    let plain = try bench.read("all/honest/metrics.jsonl")
    #expect(!plain.contains("\"test\""))

    for format in ["html", "md", "svg"] {
      let report = try bench.petl(["report", "all/marked", "--format", format, "--output", "r"])
      #expect(report.code == 0, "\(report)")
      let text = try bench.read("r")
      #expect(text.contains(Self.mark), "\(format)")
    }
    let evaluated = try bench.petl(["evaluate", "all/marked"])
    #expect(evaluated.output.contains(Self.mark))
    #expect(evaluated.complaints.contains(Self.mark))
    let json = try bench.petl(["evaluate", "all/marked", "--json"]).json()
    #expect(json["bestOnTest"] != nil)
  }

  /// A comparison never mixes the two silently.
  @Test func comparisonsAreMarked() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    for (name, selection) in [("a", "best-test"), ("b", "last")] {
      let run = try bench.petl([
        "run", "r.yaml", "--output", "all/\(name)", "--quiet", "--set", "selection=\(selection)",
      ])
      #expect(run.code == 0, "\(run)")
    }
    let text = try bench.petl(["compare", "all"])
    #expect(text.complaints.contains("warning: 1 of 2 methods: \(Self.mark)"), "\(text)")
    #expect(text.output.contains("selection=best-test †"))
    #expect(text.output.contains(Self.mark))
    let csv = try bench.petl(["compare", "all", "--format", "csv"]).output.split(separator: "\n")
    #expect(csv.first?.hasSuffix(",best_on_test") == true)
    let marked = csv.dropFirst().map { line in
      (line.prefix { $0 != "," }.contains("†"), line.hasSuffix(",yes"))
    }
    #expect(csv.dropFirst().contains { $0.contains(",selection=last,") }, "\(csv)")
    #expect(marked.map(\.0) == [true, false], "\(csv)")
    #expect(marked.map(\.1) == [true, false], "\(csv)")
    let methods = try bench.petl(["compare", "all", "--format", "json"]).json()["methods"]
    let cautions = try #require(methods as? [[String: Any]]).map { $0["bestOnTest"] != nil }
    #expect(cautions == [true, false])
    let markdown = try bench.petl(["compare", "all", "--format", "markdown"])
    #expect(markdown.output.contains(Self.mark))
    // The mark need not be typed.
    let baseline = try bench.petl(["compare", "all", "--baseline", "selection=best-test"])
    #expect(baseline.code == 0, "\(baseline)")
  }

  @Test func sweepsAreMarked() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\nselection: best-test\nsweep: {seeds: [0, 1]}\n")
    let sweep = try bench.petl(["sweep", "r.yaml", "--output", "out"])
    #expect(sweep.code == 0, "\(sweep)")
    #expect(sweep.complaints.contains("warning: 2 of 2 runs: \(Self.mark)"), "\(sweep)")
    #expect(sweep.output.contains(Self.mark))
    let page = try bench.read("out/report.html")
    #expect(page.contains("<p class=\"caution\">\(Self.mark)"))
    #expect(page.contains("train †"))
    #expect(page.matches(of: /% †<\/td>/).count == 2)
  }
}

extension Bench {
  fileprivate func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  fileprivate func json(_ name: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(read(name).utf8))
    return try #require(object as? [String: Any])
  }
}
