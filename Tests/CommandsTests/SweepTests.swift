import Foundation
import PETLPlugins
import Recipes
import Studies
import TestSupport
import Testing

@Suite struct SweepTests {
  private static let stages = """
    regularizers: [{type: resora}]
    stages: [{name: base, epochs: 1, regularize: false}, {name: refine, epochs: 1}]
    sweep: {grid: {regularizers.0.weight: [0.1, 1]}, seeds: [0, 1]}

    """

  private func entries(_ bench: Bench, _ folder: String = "sweeps/tiny") throws -> [[String: Any]] {
    let file = URL(fileURLWithPath: "\(bench.folder)/\(folder)/sweep.json")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
  }

  private func text(_ bench: Bench, _ path: String) throws -> String {
    try bench.text("\(path)")
  }

  /// Four runs, two at a time; then nothing; then what an interruption left; then more of them.
  @Test func neverRepeated() throws {
    let bench = try Bench()
    try bench.writeExperiment(Self.stages)
    let listed = try bench.petl(["sweep", "r.yaml", "--dry-run"])
    #expect(listed.code == 0, "\(listed)")
    #expect(listed.output.contains("004-weight-1-seed1"), "\(listed)")
    // The first stage, and the second with its penalty.
    let time = try Regex("4 of 4 runs are to be trained: about .+ by steps of 2 kinds of stages")
    #expect(listed.output.contains(time), "\(listed)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/sweeps"))
    let first = try bench.petl(["sweep", "r.yaml", "--jobs", "2"])
    #expect(first.code == 0, "\(first)")
    #expect(first.output.contains("weight=0.1"))
    #expect(first.output.contains("too few seeds to tell"))
    for number in 1...4 { #expect(first.complaints.contains("\(number)/4 00\(number)-weight-")) }
    let folders = try entries(bench).compactMap { $0["folder"] as? String }
    #expect(
      folders == [
        "001-weight-0.1-seed0", "002-weight-0.1-seed1", "003-weight-1-seed0", "004-weight-1-seed1",
      ])
    // The runs of a seed have their first stage in common.
    let log = try text(bench, "sweeps/tiny/logs/004-weight-1-seed1.txt")
    #expect(log.contains("stage 'base' was trained by an earlier run"), "\(log)")
    let page = try text(bench, "sweeps/tiny/report.html")
    for words in [
      "Against regularizers.0.weight", "Paired differences", "4 of 4", "004-weight-1-seed1",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    let written = try bench.petl(["report", "sweeps/tiny", "--output", "page.html"])
    #expect(written.code == 0, "\(written)")
    #expect(written.output == "page.html\n", "\(written)")
    #expect(page.contains("<a href=\"004-weight-1-seed1/report.html\">4</a>"), "\(page)")
    // Elsewhere it leads nowhere.
    let same = try text(bench, "page.html")
    #expect(
      same
        == page.replacing(
          try Regex("<a href=\"[^\"]+\">([0-9]+)</a>"), with: { $0.output[1].substring ?? "" }))
    let refused = try bench.petl(["report", "sweeps/tiny", "--set", "seed=1"])
    #expect(refused.code == 2, "\(refused)")
    let again = try bench.petl(["sweep", "r.yaml"])
    #expect(again.code == 0, "\(again)")
    #expect(again.complaints == "4 of 4 runs are finished\n", "\(again)")
    #expect(again.output == first.output)
    try other(forms: bench)
    let summary = "\(bench.folder)/sweeps/tiny/002-weight-0.1-seed1/summary.json"
    try FileManager.default.removeItem(atPath: summary)
    let other = try text(bench, "sweeps/tiny/001-weight-0.1-seed0/metrics.jsonl")
    let continued = try bench.petl(["sweep", "r.yaml"])
    #expect(continued.code == 0, "\(continued)")
    #expect(continued.output == first.output, "\(continued)")
    #expect(continued.complaints.contains("3 of 4 runs are finished\n2/4 002-"), "\(continued)")
    #expect(FileManager.default.fileExists(atPath: summary))
    #expect(try text(bench, "sweeps/tiny/001-weight-0.1-seed0/metrics.jsonl") == other)
    let more = try bench.petl(["sweep", "r.yaml", "--set", "seed=1,2", "--quiet"])
    #expect(more.code == 0, "\(more)")
    #expect(more.complaints.isEmpty, "\(more)")
    let numbers = try entries(bench).compactMap { $0["number"] as? Int }
    #expect(numbers == [1, 2, 3, 4, 5, 6])
    // What --set gave is in the recipe that the folder keeps.
    let recipe = try text(bench, "sweeps/tiny/sweep.yaml")
    #expect(recipe.contains("seeds:\n  - 1\n  - 2\n"), "\(recipe)")
  }

  /// The same as JSON.
  private func other(forms bench: Bench) throws {
    let swept = try bench.petl(["sweep", "r.yaml", "--json"])
    let compared = try bench.petl(["compare", "sweeps/tiny", "--json"])
    #expect(swept.code == 0, "\(swept)")
    #expect(swept.output == compared.output)
    #expect((try swept.json()["methods"] as? [Any])?.count == 2, "\(swept)")
    #expect(swept.complaints.hasSuffix("The report is sweeps/tiny/report.html\n"), "\(swept)")
    let listed = try bench.petl(["sweep", "r.yaml", "--json", "--dry-run"])
    let states = try JSONDecoder().decode([[String: String]].self, from: Data(listed.output.utf8))
    #expect(states.count == 4)
    #expect(states[1] == ["run": "002-weight-0.1-seed1", "state": "finished"])
    let shard = try bench.petl(["sweep", "r.yaml", "--json", "--shard", "1/2"])
    let part = try JSONDecoder().decode([[String: String]].self, from: Data(shard.output.utf8))
    #expect(part == [states[0], states[2]], "\(shard)")
    #expect(shard.complaints.contains("Shard 1/2: 2 of 4 runs"), "\(shard)")
    let twice = try bench.petl(["compare", "sweeps/tiny", "--json", "--format", "csv"])
    #expect(twice.complaints.contains("--json and --format csv"), "\(twice)")
  }

  /// A run that fails is told of and skipped, and the command says so at the end.
  @Test func failure() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      epochs: 50
      optimizer: {weight_decay: 1e3}
      sweep:
        paired:
          - {optimizer.learning_rate: 1e3, adapter.scale: 1e6}
          - {optimizer.learning_rate: 1e-9, adapter.scale: 1}

      """)
    let outcome = try bench.petl(["sweep", "r.yaml", "--output", "out"])
    #expect(outcome.code == 1, "\(outcome)")
    #expect(outcome.complaints.contains("failed: error: training diverged"), "\(outcome)")
    #expect(outcome.complaints.contains("2/2 002-"), "\(outcome)")
    #expect(outcome.complaints.contains("error: 1 of 2 runs failed: 001-"), "\(outcome)")
    #expect(outcome.output.contains("test accuracy in %"))
    let failed = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/out/failures")
    #expect(failed.count == 1)
    #expect(failed.first?.hasPrefix("001-") == true, "\(failed)")
    let tables = try bench.petl(["report", "out", "--format", "md"])
    #expect(tables.code == 0, "\(tables)")
    let report = try text(bench, "out/report.md")
    #expect(report.contains("failed: error: training diverged"), "\(report)")
    #expect(report.contains("- 1 of 2 runs did not finish"), "\(report)")
    let listed = try bench.petl(["sweep", "r.yaml", "--output", "out", "--dry-run"])
    let runs = listed.output.split(separator: "\n").filter { $0.hasPrefix("00") }
    let states = runs.map { $0.split(separator: " ").last }
    #expect(listed.output.contains("1 of 2 runs is to be trained"), "\(listed)")
    #expect(states == ["failed", "finished"], "\(listed)")
  }

  /// Everything that is wrong with any run, before the first.
  @Test func mistakesFirst() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      sweep:
        data: [data.safetensors, none.safetensors]
        grid: {adapter.layers: [all, [9]]}

      """)
    let outcome = try bench.petl(["sweep", "r.yaml"])
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.complaints.contains("none.safetensors"), "\(outcome)")
    #expect(outcome.complaints.contains("there is no layer 9"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/sweeps"))
    try bench.write("x", to: "taken")
    let run = try bench.petl(["run", "r.yaml"])
    #expect(run.code == 2, "\(run)")
    #expect(run.complaints.contains("petl sweep"), "\(run)")
    let foreign = try bench.petl([
      "sweep", "r.yaml", "--set", "data.path=data.safetensors",
      "--set", "adapter.layers=all", "--output", ".",
    ])
    #expect(foreign.code == 2, "\(foreign)")
    #expect(foreign.complaints.contains("holds no sweep.json"), "\(foreign)")
  }

  /// The example is five λ by six seeds, each with a control, and all of it can be started.
  @Test func example() throws {
    let bench = try Bench()
    let file = Checkout.path("Examples/recipes/sweep-lambda.yaml")
    let sweep = try SweepRecipe(path: file, registry: .builtIn())
    let folder = try SweepFolder("\(bench.folder)/none", sweep: sweep, program: "a test")
    #expect(folder.runs.count == 30)
    #expect(folder.runs.last?.entry.folder == "030-weight-1.0-seed5")
    let without = folder.runs.count { !$0.recipe.hasControl }
    #expect(without == 0)
  }

  /// Runs of another recipe are not taken for those that are asked for, and it is said.
  @Test func othersAreNamed() throws {
    let bench = try Bench()
    try bench.writeExperiment("sweep: {seeds: [0, 1]}\n")
    #expect(try bench.petl(["sweep", "r.yaml"]).code == 0)
    let same = try bench.petl(["sweep", "r.yaml", "--dry-run"])
    #expect(!same.complaints.contains("trained anew"), "\(same)")
    let other = try bench.petl(["sweep", "r.yaml", "--dry-run", "--set", "batch_size=3"])
    #expect(
      other.complaints.contains("001-seed0, 002-seed1 in sweeps/tiny are of another recipe"),
      "\(other)")
  }

  /// What changes time only makes no other run.
  @Test func doubles() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let outcome = try bench.petl(["sweep", "r.yaml", "--set", "threads=1,2", "--dry-run"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(outcome.complaints.contains("1 of 2 combinations"), "\(outcome)")
    #expect(outcome.output.contains("001-"), "\(outcome)")
    #expect(!outcome.output.contains("002-"), "\(outcome)")
  }

  /// A sweep that is ended, or whose terminal is closed, takes its runs with it and says how to go
  /// on; while it trains a run, nobody else does.
  @Test(arguments: [SIGTERM, SIGHUP])
  func interruption(_ signal: Int32) throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 100000\n")
    func start() throws -> Process {
      let process = Process()
      process.executableURL = try Program.petl()
      process.arguments = ["sweep", "r.yaml", "--output", "out"]
      process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
      try bench.write("", to: "said")
      let said = try #require(FileHandle(forWritingAtPath: bench.folder + "/said"))
      process.standardError = said
      process.standardInput = FileHandle.nullDevice
      try process.run()
      return process
    }
    func wait(_ isReached: () -> Bool) {
      let deadline = Date() + 60
      while !isReached(), Date() < deadline { Thread.sleep(forTimeInterval: 0.05) }
    }
    func epochs() -> Int {
      let path = bench.folder + "/out/001-run/metrics.jsonl"
      return (try? String(contentsOfFile: path, encoding: .utf8))?.count { $0 == "\n" } ?? 0
    }
    let process = try start()
    wait { epochs() > 0 }
    let second = try bench.petl(["sweep", "r.yaml", "--output", "out", "--shard", "1/1"])
    #expect(second.code == 0, "\(second)")
    let holder = "1/1 001-run is being trained by process \(process.processIdentifier)"
    #expect(second.complaints.contains(holder), "\(second)")
    #expect(second.output.contains("1 of 1 run: 0 trained now, 1 being trained by others"))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationStatus == 128 + signal)
    let words = try bench.text("said")
    #expect(words.contains("interrupted; give the same command again to go on"), "\(words)")
    let length = epochs()
    Thread.sleep(forTimeInterval: 0.5)
    let later = epochs()
    #expect(length > 0)
    #expect(length == later)
    // The same command goes on with the run where it was.
    let next = try start()
    wait { epochs() > length }
    next.interrupt()
    next.waitUntilExit()
    #expect(next.terminationStatus == 130)
    let log = try bench.text("out/logs/001-run.txt")
    #expect(log.contains("going on with stage 'train' after epoch "), "\(log)")
    #expect(log.contains("interrupted in stage 'train', epoch "), "\(log)")
    let open = try bench.petl(["sweep", "r.yaml", "--output", "out", "--dry-run"])
    #expect(open.output.contains("to be trained"), "\(open)")
  }
}
