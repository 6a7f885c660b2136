import Foundation
import TestSupport
import Testing

@Suite struct ReportTests {
  /// The page that a run leaves, and the other formats.
  @Test func reportsOfARun() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let run = try bench.petl(["run", "r.yaml", "--output", "out"])
    #expect(run.code == 0, "\(run.complaints)")
    #expect(!run.complaints.contains("report.html"))
    let left = try bench.text("out/report.html")
    let again = try bench.petl(["report", "out", "--output", "page.html"])
    #expect(again.code == 0)
    #expect(again.output == "page.html\n")
    let page = try bench.text("page.html")
    #expect(page == left)
    // A map and a spectrum for each of the four sites.
    #expect(page.components(separatedBy: "class=\"map\"").count == 5)
    #expect(page.components(separatedBy: "class=\"spectrum\"").count == 5)
    #expect(!page.contains("no maps and spectra"))
    for format in ["svg", "md"] {
      let report = try bench.petl(["report", "out", "--format", format])
      #expect(report.code == 0)
      #expect(report.output == "out/report.\(format)\n")
    }
    let events = try bench.petl(["report", "out", "--format", "tensorboard"])
    #expect(events.output == "out/tensorboard\n", "\(events)")
    let file = "out/tensorboard/train/events.out.tfevents.0.petl"
    let bytes = try Data(contentsOf: URL(filePath: "\(bench.folder)/\(file)"))
    for name in [
      "brain.Event:2", "train/loss", "val/accuracy", "redundancy by site/blocks.0.query",
    ] {
      #expect(bytes.firstRange(of: Data(name.utf8)) != nil, "\(name)")
    }
    try Data().write(to: URL(filePath: "\(bench.folder)/out/metrics.jsonl"))
    let early = try bench.petl(["report", "out", "--format", "tensorboard"])
    #expect(early.code == 2)
    #expect(early.complaints.contains("nothing was logged yet"), "\(early)")
    let drawing = try bench.text("out/report.svg")
    #expect(drawing.hasPrefix("<svg"))
    #expect(drawing.contains("Training loss"))
    let tables = try bench.text("out/report.md")
    #expect(tables.contains("## Sites"))
  }

  /// Without its checkpoints a run still has curves; without its summary it is none.
  @Test func whatIsMissingIsSaid() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let run = try bench.petl(["run", "r.yaml", "--output", "out"])
    #expect(run.code == 0, "\(run.complaints)")
    try FileManager.default.removeItem(atPath: bench.folder + "/out/checkpoint")
    let partial = try bench.petl(["report", "out", "--format", "md"])
    #expect(partial.code == 0, "\(partial.complaints)")
    let tables = try bench.text("out/report.md")
    #expect(tables.contains("no maps and spectra"))
    #expect(tables.contains("## Stages"))
    try Data("{}\nno\n".utf8).write(
      to: URL(fileURLWithPath: bench.folder + "/out/metrics.jsonl"))
    let damaged = try bench.petl(["report", "out"])
    #expect(damaged.code == 2)
    #expect(damaged.complaints.contains("out/metrics.jsonl:1: not the figures of an epoch"))
    #expect(damaged.complaints.contains("out/metrics.jsonl:2: not the figures of an epoch"))
    try FileManager.default.removeItem(atPath: bench.folder + "/out/summary.json")
    let none = try bench.petl(["report", "out"])
    #expect(none.code == 2)
    #expect(none.complaints.contains("the run has not ended"))
    let unknown = try bench.petl(["report", "out", "--format", "pdf"])
    #expect(unknown.code == 2)
  }
}

extension Bench {
  /// A file of the folder.
  fileprivate func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }
}
