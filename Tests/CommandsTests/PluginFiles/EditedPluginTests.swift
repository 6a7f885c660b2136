import Foundation
import TestSupport
import Testing

/// A plugin file that was edited computes something else, and nothing of before is taken for it.
@Suite struct EditedPluginTests {
  private static let stages = """
    regularizers: [{type: mine, weight: 1}]
    stages: [{name: base, epochs: 1, regularize: false}, {name: refine, epochs: 1}]

    """
  private let plugin = ["--plugin", "Mine.swift"]

  @Test func reuseTakesNothingOfBefore() throws {
    let bench = try PluginBench(Self.stages)
    func run(_ name: String) throws -> Outcome {
      try bench.petl(["run", "r.yaml", "--output", name, "--reuse", "stages"] + plugin)
    }
    try bench.writePenalty()
    #expect(try run("first").code == 0)
    let same = try run("same")
    #expect(same.complaints.contains("stage 'refine' was trained by an earlier run"), "\(same)")
    #expect(try bench.epochs("same") == bench.epochs("first"))
    try bench.writePenalty(factor: 10)
    let edited = try run("edited")
    #expect(edited.code == 0, "\(edited)")
    #expect(!edited.complaints.contains("by an earlier run"), "\(edited)")
    let (before, after) = (try bench.epochs("first"), try bench.epochs("edited"))
    #expect(before.count == after.count)
    #expect(before.first == after.first)
    #expect(before.last != after.last)
  }

  @Test func sweepsTrainAnew() throws {
    let bench = try PluginBench(Self.stages + "sweep: {seeds: [0, 1]}\n")
    try bench.writePenalty()
    let first = try bench.petl(["sweep", "r.yaml", "--output", "s"] + plugin)
    #expect(first.code == 0, "\(first)")
    let again = try bench.petl(["sweep", "r.yaml", "--output", "s"] + plugin)
    #expect(again.complaints == "2 of 2 runs are finished\n", "\(again)")
    try bench.writePenalty(factor: 10)
    let edited = try bench.petl(["sweep", "r.yaml", "--output", "s"] + plugin)
    #expect(edited.code == 0, "\(edited)")
    #expect(edited.complaints.contains("2/2 004-seed1 finished"), "\(edited)")
    #expect(edited.complaints.contains("001-seed0, 002-seed1 in s are of another"), "\(edited)")
    let (before, after) = (try bench.epochs("s/001-seed0"), try bench.epochs("s/003-seed0"))
    #expect(before.last != after.last)
  }

  /// An adapter alone says which file its plugin is in.
  @Test func anAdapterNamesItsFile() throws {
    let bench = try PluginBench("epochs: 1\n")
    let starter = try bench.petl(["init", "plugin", "my-own", "--file", "--kind", "adapter"])
    #expect(starter.code == 0, "\(starter)")
    let known = ["--plugin", "MyOwn.swift"]
    let run = try bench.petl(
      ["run", "r.yaml", "--output", "run", "--quiet", "--set", "adapter={type: my-own}"] + known)
    #expect(run.code == 0, "\(run)")
    let command = [
      "predict", "--weights", "tiny.safetensors", "--adapter", "run/adapter/adapter.safetensors",
      "--data", "data.safetensors", "--output", "o.csv",
    ]
    let lost = try bench.petl(command)
    #expect(lost.code == 2, "\(lost)")
    #expect(lost.complaints.contains("error: there is no adapter 'my-own'"), "\(lost)")
    #expect(
      lost.complaints.hasSuffix(
        "  it was trained with MyOwn.swift; name the file: --plugin FILE\n"),
      "\(lost)")
    #expect(try bench.petl(command + known).code == 0)
  }

  /// A file that is edited while a sweep is under way is that of none of its runs.
  @Test func sweepsKeepTheirCode() throws {
    let bench = try PluginBench("regularizers: [{type: mine}]\nepochs: 1\nsweep: {seeds: [0, 1]}\n")
    try bench.writePenalty()
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = ["sweep", "r.yaml", "--output", "s", "--quiet"] + plugin
    process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let first = "\(bench.folder)/s/001-seed0/recipe.yaml"
    let deadline = Date() + 60
    while !FileManager.default.fileExists(atPath: first), Date() < deadline {
      Thread.sleep(forTimeInterval: 0.05)
    }
    try bench.writePenalty(factor: 10)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let codes = try ["001-seed0", "002-seed1"].map {
      try bench.bench.text("s/\($0)/plugins/Mine.swift")
    }
    #expect(codes == [PluginBench.penalty(), PluginBench.penalty()])
  }

  /// An adapter of an edited file may be another function than the one that was trained.
  @Test func usingARunWarns() throws {
    let bench = try PluginBench("regularizers: [{type: mine}]\nepochs: 1\n")
    try bench.writePenalty()
    let run = try bench.petl(["run", "r.yaml", "--output", "run", "--quiet"] + plugin)
    #expect(run.code == 0, "\(run)")
    let commands = [["evaluate", "run"], ["inspect", "run/adapter"]]
    for command in commands {
      let same = try bench.petl(command + plugin)
      #expect(same.complaints.isEmpty, "\(same)")
    }
    try bench.writePenalty(factor: 10)
    for command in commands {
      let edited = try bench.petl(command + plugin)
      #expect(edited.code == 0, "\(edited)")
      #expect(
        edited.complaints.hasPrefix(
          "warning: \(command[1]): the plugin file Mine.swift is not what it was when the run was "
            + "trained ("), "\(edited)")
      #expect(edited.complaints.contains("/run/plugins/Mine.swift"), "\(edited)")
    }
    let own = try bench.petl(["evaluate", "run", "--allow-plugins"])
    #expect(own.complaints.isEmpty, "\(own)")
    let shown = try bench.petl(["report", "run"] + plugin)
    #expect(shown.complaints.isEmpty, "\(shown)")
    try FileManager.default.removeItem(atPath: "\(bench.folder)/run/plugins/Mine.swift")
    try bench.writePenalty("run/plugins/Mine.swift", factor: 10)
    let copy = try bench.petl(["evaluate", "run", "--allow-plugins"])
    #expect(copy.complaints.hasSuffix("; the run's own copy was edited\n"), "\(copy)")
  }

  /// A run goes on with the files that it was started with, and with no others.
  @Test func resumingRefusesOthers() throws {
    let bench = try PluginBench("regularizers: [{type: mine}]\nepochs: 100000\n")
    try bench.writePenalty()
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = ["run", "r.yaml", "--output", "run", "--quiet"] + plugin
    process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let deadline = Date() + 60
    while (try? bench.epochs("run").count) ?? 0 < 1, Date() < deadline {
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let asked = try bench.petl(["resume", "run"])
    #expect(asked.complaints.contains("Mine.swift is code"), "\(asked)")
    try bench.writePenalty(factor: 10)
    let edited = try bench.petl(["resume", "run"] + plugin)
    #expect(edited.code == 1 || edited.code == 2, "\(edited)")
    #expect(
      edited.complaints.contains(
        "run: cannot be resumed: the plugin file Mine.swift changed since it was started"),
      "\(edited)")
    #expect(edited.complaints.contains("add: --plugin run/plugins/Mine.swift"), "\(edited)")
    let recipe = try bench.bench.text("run/recipe.yaml")
    let ended = recipe.replacing("epochs: 100000", with: "epochs: 99999")
    try bench.bench.write(ended, to: "run/recipe.yaml")
    let own = try bench.petl(["resume", "run", "--allow-plugins"])
    // The files are right; the recipe is not, which is the next thing that is looked at.
    #expect(own.complaints.contains("the recipe is not that of the run's checkpoints"), "\(own)")
  }
}
