#if os(Linux)
  import Checkpoints
  import Foundation
  import TestSupport
  import Testing

  /// What becomes of words that cannot be written.
  @Suite struct StandardOutputTests {
    private static let commands = [
      "list", "list --json", "describe lora", "describe recipe", "--help", "--version",
      "run --help",
      "init recipe --weights tiny.safetensors --data data.safetensors --output -",
      "validate r.yaml", "validate r.yaml --json", "inspect tiny.safetensors",
      "inspect tiny.safetensors --json", "sweep r.yaml --set seed=0,1 --dry-run",
    ]

    private static let ofRuns = [
      "compare run", "compare run --format csv", "compare run --format json", "evaluate run",
      "evaluate run --json", "predict run", "predict run --json", "report run --format md",
      "inspect run", "inspect run --json", "resume run", "resume run --json",
      "merge run --head keep --output m.safetensors",
    ]

    private func expectFailures(_ bench: Bench, _ commands: [String]) throws {
      for command in commands {
        let full = try bench.shell("petl \(command) > /dev/full")
        #expect(full.code == 1, "\(command): \(full)")
        let said = "error: cannot write to standard output: No space left on device\n"
        #expect(full.complaints.hasSuffix(said), "\(command): \(full)")
        try bench.shell("rm -f m.safetensors").code.expectZero()
        let closed = try bench.shell("petl \(command) >&-")
        #expect(closed.code == 1, "\(command): \(closed)")
        #expect(
          closed.complaints.hasSuffix("error: cannot write to standard output: it is closed\n"),
          "\(command): \(closed)")
        try bench.shell("rm -f m.safetensors").code.expectZero()
        // A reader that goes away is no failure.
        let gone = try bench.shell("petl \(command) | true; echo ${PIPESTATUS[0]}")
        #expect(gone.output == "0\n", "\(command): \(gone)")
        try bench.shell("rm -f m.safetensors").code.expectZero()
      }
    }

    @Test func lostWords() throws {
      let bench = try Bench()
      try bench.writeExperiment()
      try expectFailures(bench, Self.commands)
    }

    @Test func lostResults() throws {
      let bench = try Bench()
      try bench.writeExperiment("epochs: 1\n")
      #expect(try bench.petl(["run", "r.yaml", "--output", "run"]).code == 0)
      try expectFailures(bench, Self.ofRuns)
    }

    /// Whatever happens to its words, a run is trained to its end.
    @Test(arguments: [
      ("2>&1 | head -n 1 > head.txt", 0), ("2> /dev/full", 0), ("2>&-", 0), ("> /dev/full", 1),
      (">&-", 1), ("> /dev/full 2>&1", 1), (">&- 2>&- <&-", 1), ("2>&1 | true", 0),
    ])
    func aRunGoesOn(_ redirection: String, _ code: Int) throws {
      let bench = try Bench()
      try bench.writeExperiment("epochs: 3\n")
      let outcome = try bench.shell(
        "petl run r.yaml --output run \(redirection); code=${PIPESTATUS[0]}; echo $code > code")
      let found = try bench.text("code")
      #expect(found == "\(code)\n", "\(outcome)")
      let whole = try Bench()
      try whole.writeExperiment("epochs: 3\n")
      #expect(try whole.petl(["run", "r.yaml", "--output", "run"]).code == 0)
      // Nothing that was said is in a file that had the number of standard output or error.
      for name in ["checkpoint/train.safetensors", "adapter/adapter_config.json", "summary.json"] {
        let path = bench.folder + "/run/" + name
        #expect(FileManager.default.fileExists(atPath: path), "\(name)")
      }
      let run = try bench.petl(["evaluate", "run", "--json"])
      let expected = try whole.petl(["evaluate", "run", "--json"])
      #expect(run.code == 0)
      #expect(run.output == expected.output)
      let log = try bench.text("run/metrics.jsonl")
      #expect(log.split(separator: "\n").count { $0.hasPrefix("{") } == 3, "\(log)")
    }

    /// Names of tensors and keys of metadata come from files of others.
    @Test func namesAreNoCommands() throws {
      let bench = try Bench()
      let name = "a\u{1B}]0;title\u{7}\u{9B}31m\u{202E}\nb"
      try SafetensorsWriter.write(
        [.float32(name, shape: [2], [1, 2])], metadata: [name: name],
        to: bench.folder + "/w.safetensors")
      for arguments in [
        ["w.safetensors"], ["w.safetensors", "--tensors"], ["w.safetensors", "--json"],
      ] {
        let outcome = try bench.petl(["inspect"] + arguments)
        #expect(outcome.code == 0, "\(outcome)")
        let all = (outcome.output + outcome.complaints).unicodeScalars
        let commands = all.filter {
          $0 != "\n" && ($0.value < 32 || (0x7F...0x9F).contains($0.value))
        }
        #expect(commands.isEmpty, "\(outcome)")
        #expect(!all.contains("\u{202E}"), "\(outcome)")
      }
      let json = try bench.petl(["inspect", "w.safetensors", "--json"]).json()
      let tensors = try #require(json["tensors"] as? [[String: Any]])
      #expect(tensors.first?["name"] as? String == name)
      let refused = try bench.petl(["run", "w.safetensors"])
      #expect(!refused.complaints.contains("\u{1B}"))
    }
  }

  extension Int32 {
    fileprivate func expectZero() { #expect(self == 0) }
  }
#endif
