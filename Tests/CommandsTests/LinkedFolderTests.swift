import Foundation
import TestSupport
import Testing

/// Folders that came from somebody else: what they hold leads petl nowhere.
@Suite struct LinkedFolderTests {
  /// A run that can be resumed: it was cut off before its first checkpoint.
  private func cutOff() throws -> Bench {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    try FileManager.default.removeItem(atPath: bench.folder + "/run/summary.json")
    try bench.write("precious", to: "victim")
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/elsewhere", withIntermediateDirectories: true)
    return bench
  }

  private func link(_ bench: Bench, _ name: String, to target: String) throws {
    let path = "\(bench.folder)/\(name)"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: "\(bench.folder)/\(target)")
  }

  private func victim(_ bench: Bench) throws -> String {
    try bench.text("victim")
  }

  @Test(arguments: [".petl-lock", "metrics.jsonl"])
  func refused(_ name: String) throws {
    let bench = try cutOff()
    try link(bench, "run/\(name)", to: "victim")
    let outcome = try bench.petl(["resume", "run"])
    #expect(outcome.code == 1, "\(outcome)")
    let said =
      "error: run/\(name): this is a symbolic link, and what is written must not land elsewhere"
    #expect(outcome.complaints.contains(said), "\(outcome)")
    #expect(try victim(bench) == "precious")
  }

  @Test(arguments: [
    "summary.json", "report.html", "checkpoint/train.safetensors",
    "adapter/adapter_model.safetensors", "adapter/adapter_config.json", "adapter/README.md",
  ])
  func replaced(_ name: String) throws {
    let bench = try cutOff()
    // The summary's link leads nowhere: where it leads to a file, the run has ended.
    let isSummary = name == "summary.json"
    try link(bench, "run/\(name)", to: isSummary ? "nowhere" : "victim")
    let outcome = try bench.petl(["resume", "run"])
    #expect(outcome.code == 0, "\(outcome)")
    #expect(try victim(bench) == "precious")
    #expect(!FileManager.default.fileExists(atPath: bench.folder + "/nowhere"))
    let facts = try FileManager.default.attributesOfItem(atPath: bench.folder + "/run/" + name)
    #expect(facts[.type] as? FileAttributeType == .typeRegular)
  }

  @Test(arguments: ["checkpoint", "adapter"])
  func foldersThatLeadElsewhere(_ name: String) throws {
    let bench = try cutOff()
    try bench.write("precious", to: "elsewhere/step-000000001.safetensors")
    try bench.write("precious", to: "elsewhere/.petl-1.tmp")
    try link(bench, "run/\(name)", to: "elsewhere")
    let outcome = try bench.petl(["resume", "run"])
    #expect(outcome.code == 1, "\(outcome)")
    #expect(outcome.complaints.contains("run/\(name): this is a symbolic link"), "\(outcome)")
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/elsewhere")
    #expect(left.sorted() == [".petl-1.tmp", "step-000000001.safetensors"])
  }

  /// A folder that the user names may well be a link.
  @Test func aLinkOfOnesOwn() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/disk", withIntermediateDirectories: true)
    try link(bench, "run", to: "disk")
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    #expect(FileManager.default.fileExists(atPath: bench.folder + "/disk/summary.json"))
    #expect(try bench.petl(["report", "run"]).code == 0)
  }

  @Test(arguments: [".petl-lock", "recipes", "stages", "logs", "claims", "failures"])
  func sweeps(_ name: String) throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let command = ["sweep", "r.yaml", "--set", "seed=0,1", "--output", "sweep"]
    #expect(try bench.petl(command).code == 0)
    try bench.write("precious", to: "victim")
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/elsewhere", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/sweep/\(name)", withIntermediateDirectories: true)
    try link(bench, "sweep/\(name)", to: name == ".petl-lock" ? "victim" : "elsewhere")
    let outcome = try bench.petl(command)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.contains("sweep/\(name): this is a symbolic link"), "\(outcome)")
    #expect(try victim(bench) == "precious")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/elsewhere") == [])
  }

  /// What a run says, and what a failed one left, in a sweep's folder.
  @Test func logsAndRunsOfSweeps() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let command = ["sweep", "r.yaml", "--set", "seed=0,1", "--output", "sweep"]
    #expect(try bench.petl(command).code == 0)
    try bench.write("precious", to: "victim")
    let runs = try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/sweep")
      .filter { $0.hasPrefix("001") }
    let name = try #require(runs.first)
    try FileManager.default.removeItem(atPath: bench.folder + "/sweep/\(name)/summary.json")
    for file in ["logs/\(name).txt", "recipes/\(name).yaml", "sweep.yaml", "sweep.json"] {
      if file != "sweep.json" { try link(bench, "sweep/\(file)", to: "victim") }
    }
    #expect(try bench.petl(command).code == 0)
    #expect(try victim(bench) == "precious")
    // A name that leads out of the folder would be removed with all that is in it.
    let path = bench.folder + "/sweep/sweep.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(text.replacing("\"\(name)\"", with: "\"../elsewhere\"").utf8)
      .write(to: URL(fileURLWithPath: path))
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/elsewhere", withIntermediateDirectories: true)
    for command in [command, ["report", "sweep"]] {
      let outcome = try bench.petl(command)
      #expect(outcome.code == 2, "\(outcome)")
      let said =
        "sweep/sweep.json: run 1: `folder` is \"../elsewhere\", expected the name of a folder"
      #expect(outcome.complaints.contains(said), "\(outcome)")
    }
    #expect(FileManager.default.fileExists(atPath: bench.folder + "/elsewhere"))
  }

  /// Nobody writes to these pipes: whoever reads them waits for ever.
  @Test func pipes() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    let pipe = bench.folder + "/pipe"
    let made = unsafe mkfifo(pipe, 0o600)
    #expect(made == 0)
    let said = "this is a named pipe, a file is expected"
    for arguments in [
      ["run", "pipe"], ["validate", "pipe"], ["sweep", "pipe"], ["pretrain", "pipe"],
      ["inspect", "pipe"], ["validate", "r.yaml", "--set", "backbone.weights=pipe"],
      ["validate", "r.yaml", "--set", "data.path=pipe"],
      ["merge", "pipe", "--output", "m.safetensors"],
    ] {
      let outcome = try bench.petl(arguments)
      #expect(outcome.code == 2, "\(arguments): \(outcome)")
      #expect(
        outcome.complaints.contains(said) || arguments[0] == "merge", "\(arguments): \(outcome)")
    }
    for name in ["summary.json", "metrics.jsonl", "adapter/adapter_config.json", "recipe.yaml"] {
      let path = "\(bench.folder)/run/\(name)"
      try FileManager.default.moveItem(atPath: path, toPath: path + ".kept")
      let made = unsafe mkfifo(path, 0o600)
      #expect(made == 0)
      for arguments in [
        ["report", "run"], ["inspect", "run"], ["compare", "run"], ["evaluate", "run"],
        ["resume", "run"], ["convert", "run", "--to", "petl", "--output", "converted"],
      ] {
        let outcome = try bench.petl(arguments)
        #expect(
          outcome.code == 0 || outcome.complaints.contains(said), "\(name) \(arguments): \(outcome)"
        )
        try? FileManager.default.removeItem(atPath: bench.folder + "/converted")
      }
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: path + ".kept", toPath: path)
    }
  }
}

/// What is wrong is said with the file that it is in.
@Suite struct NamedFileTests {
  @Test func optionsOfForeignAdapters() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
    let path = bench.folder + "/run/adapter/adapter_config.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changed = text.replacing(/"lora_alpha": [0-9.]+/, with: "\"lora_alpha\": 10000000000.0")
    #expect(changed != text)
    try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
    let arguments = [
      "--weights", "tiny.safetensors", "--head", "keep", "--output", "m.safetensors",
    ]
    let outcome = try bench.petl(["merge", "run/adapter"] + arguments)
    #expect(outcome.code == 2, "\(outcome)")
    #expect(outcome.complaints.hasPrefix("error: run/adapter: "), "\(outcome)")
    #expect(outcome.complaints.contains("alpha"), "\(outcome)")
  }
}
