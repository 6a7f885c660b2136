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
    for words in ["Confusion matrix", "Most wrong images", "src=\"data:image/png;base64,"] {
      #expect(page.contains(words), "\(words)")
    }
    for (format, ending) in [("svg", "svg"), ("md", "md"), ("latex", "tex")] {
      let report = try bench.petl(["report", "out", "--format", format])
      #expect(report.code == 0)
      #expect(report.output == "out/report.\(ending)\n")
    }
    let place = try bench.petl(["report", "out", "--format", "md", "--json"]).json()
    #expect(place as? [String: String] == ["report": "out/report.md", "format": "md"])
    let latex = try bench.text("out/report.tex")
    #expect(latex.contains("stage & val accuracy & test accuracy & mean $|$$\\rho$$|$"), "\(latex)")
    #expect(latex.components(separatedBy: "\\begin{tabular}").count == 3, "stages and sites")
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

  /// What is wrong is read from the folder, also without the data; without its file the report goes without.
  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    #expect(try bench.petl(["run", "r.yaml", "--output", "out"]).code == 0)
    func remove(_ name: String) throws {
      try FileManager.default.removeItem(atPath: "\(bench.folder)/\(name)")
    }
    func page() throws -> String {
      let outcome = try bench.petl(["report", "out"])
      #expect(outcome.code == 0, "\(outcome)")
      return try bench.text("out/report.html")
    }
    try remove("data.safetensors")
    #expect(try page().contains("Confusion matrix"))
    let good = try bench.text("out/mistakes.json")
    try bench.write(good.replacing("iVBORw0KGgo", with: "AAAAAAAAAAA"), to: "out/mistakes.json")
    let damaged = try page()
    #expect(damaged.contains("no confusion matrix: ") && !damaged.contains("Confusion matrix"))
    try remove("out/mistakes.json")
    let old = try page()
    #expect(!old.contains("onfusion matrix") && !old.contains("Most wrong"))
  }

  /// A run that goes on has its curves so far, in every format.
  @Test func unfinished() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      "regularizers: [{type: resora, weight: 0.5}]\nstages: [{name: a, epochs: 2, regularize: false}, {name: b, epochs: 3}]\n"
    )
    #expect(try bench.petl(["run", "r.yaml", "--output", "out"]).code == 0)
    let whole = try bench.text("out/report.html")
    for words in ["Learning rate", "Norm of the gradient", "resora, λ 0.5", "tiny.safetensors"] {
      #expect(whole.contains(words), "\(words)")
    }
    try FileManager.default.removeItem(atPath: bench.folder + "/out/summary.json")
    let lines = try bench.text("out/metrics.jsonl").split(separator: "\n").prefix(3)
    // The last line as a kill leaves it.
    try bench.write(
      lines.joined(separator: "\n") + "\n{\"epoch\": 2, \"sta", to: "out/metrics.jsonl")
    #expect(try bench.petl(["report", "out", "--format", "tensorboard"]).code == 0)
    let changed = try bench.petl(["report", "out", "--set", "data.path=else.safetensors"])
    #expect(changed.code == 2, "\(changed)")
    #expect(changed.complaints.contains("has not ended"), "\(changed)")
    let report = try bench.petl(["report", "out"])
    #expect(report.code == 0, "\(report)")
    let page = try bench.text("out/report.html")
    for words in [
      "this run has not ended: it is after epoch 1 of 3 of stage b", "Training loss", "1 of 3",
      "resora: value",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    for format in ["md", "svg", "latex"] {
      #expect(try bench.petl(["report", "out", "--format", format]).code == 0)
    }
  }

  /// Without its checkpoints a run still has curves; with neither summary nor figures it has nothing.
  @Test func whatIsMissingIsSaid() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let run = try bench.petl(["run", "r.yaml", "--output", "out"])
    #expect(run.code == 0, "\(run.complaints)")
    for (words, said) in [
      (["--set", "data.path=else.safetensors"], "else.safetensors"),
      (["--set", "data.pth=else.safetensors"], "did you mean 'path'?"),
      (["--set", "threads=1", "--format", "tensorboard"], "changes nothing of event files"),
    ] {
      let changed = try bench.petl(["report", "out", "--output", "page.html"] + words)
      #expect(changed.code != 0, "\(changed)")
      #expect(changed.complaints.contains(said), "\(changed)")
      #expect(!FileManager.default.fileExists(atPath: bench.folder + "/page.html"))
    }
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
    #expect(none.complaints.contains("out/metrics.jsonl:2: not the figures of an epoch"), "\(none)")
    try Data().write(to: URL(fileURLWithPath: bench.folder + "/out/metrics.jsonl"))
    let empty = try bench.petl(["report", "out"])
    #expect(empty.code == 2)
    #expect(empty.complaints.contains("the run has not ended, and nothing was logged"), "\(empty)")
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
