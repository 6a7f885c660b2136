import Foundation
import TestSupport
import Testing

/// `petl resume`, with a process that is really interrupted and killed.
@Suite struct ResumeCommandTests {
  private let length = """
    regularizers: [{type: resora}]
    control: true
    stages: [{name: base, epochs: 40, regularize: false}, {name: refine, epochs: 40}]

    """

  private func bytes(_ bench: Bench, _ run: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(bench.folder)/\(run)/\(name)"))
  }

  /// Starts `petl`, sends a signal as soon as the run has a checkpoint or more, and waits.
  ///
  /// - Returns: the exit status, or minus the signal that ended it; nil when it ended before.
  private func cut(
    _ bench: Bench, _ arguments: [String], by signal: Int32, atEpoch lines: Int
  ) throws -> (code: Int32, words: String) {
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
    let words = "\(bench.folder)/words"
    try Data().write(to: URL(fileURLWithPath: words))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: words))
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let log = "\(bench.folder)/run/metrics.jsonl"
    while process.isRunning {
      let logged = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if logged.count(where: { $0 == "\n" }) >= lines {
        kill(process.processIdentifier, signal)
        break
      }
      usleep(2000)
    }
    process.waitUntilExit()
    let code = process.terminationStatus
    return (
      process.terminationReason == .exit ? code : -code,
      try String(contentsOfFile: words, encoding: .utf8)
    )
  }

  @Test func killsAndInterruptsLeaveNoTrace() throws {
    let bench = try Bench()
    try bench.writeExperiment(length)
    let whole = try bench.petl(["run", "r.yaml", "--output", "whole", "--set", "threads=1"])
    #expect(whole.code == 0, "\(whole)")
    // In the first stage, the second and the control; an interrupt of the keyboard, one of a system
    // that shuts down, and kills.
    let cuts: [(signal: Int32, lines: Int)] = [
      (SIGKILL, 1), (SIGINT, 7), (SIGKILL, 33), (SIGTERM, 45), (SIGKILL, 60), (SIGKILL, 99),
    ]
    for (index, cut) in cuts.enumerated() {
      let first = ["run", "r.yaml", "--output", "run", "--set", "threads=1"]
      let (code, words) = try self.cut(
        bench, index == 0 ? first : ["resume", "run"], by: cut.signal, atEpoch: cut.lines)
      #expect(code == (cut.signal == SIGKILL ? -SIGKILL : 128 + cut.signal), "\(words)")
      if cut.signal != SIGKILL {
        #expect(words.contains("ending after this step"))
        #expect(words.contains("go on with: petl resume run"), "\(words)")
        let open = try bench.petl(["evaluate", "run"])
        #expect(open.code == 2, "\(open)")
        #expect(open.complaints.contains("petl resume run"), "\(open)")
        let taken = try bench.petl(["run", "r.yaml", "--output", "run"])
        #expect(taken.code == 2)
        #expect(taken.complaints.contains("go on with: petl resume run"))
      }
    }
    let end = try bench.petl(["resume", "run"])
    #expect(end.code == 0, "\(end)")
    #expect(end.output.contains("Everything is in run"), "\(end)")
    #expect(end.complaints.contains("going on with stage 'control-refine' after epoch "))
    for name in [
      "adapter/adapter_model.safetensors", "checkpoint/base.safetensors",
      "checkpoint/refine.safetensors", "checkpoint/control-refine.safetensors",
    ] {
      let (expected, found) = try (bytes(bench, "whole", name), bytes(bench, "run", name))
      #expect(expected == found, "\(name)")
    }
    let again = try bench.petl(["resume", "run"])
    #expect(again.code == 0, "\(again)")
    #expect(again.complaints.contains("the run has ended"), "\(again)")
  }

  @Test func whatCannotBeResumed() throws {
    let bench = try Bench()
    let none = try bench.petl(["resume", "nothing"])
    #expect(none.code == 2)
    #expect(none.complaints.contains("not the folder of a run"))
    try bench.writeExperiment()
    _ = try bench.petl(["run", "r.yaml", "--output", "run", "--set", "threads=1"])
    let typo = try bench.petl(["resume", "rnu"])
    #expect(typo.code == 2, "\(typo)")
    #expect(typo.complaints.contains("did you mean 'run'?"), "\(typo)")
    try FileManager.default.removeItem(atPath: bench.folder + "/run/summary.json")
    // The images changed since.
    try bench.writeExperiment("epochs: 3\n")
    var data = try Data(contentsOf: URL(fileURLWithPath: bench.folder + "/data.safetensors"))
    data[data.count - 1] ^= 1
    try data.write(to: URL(fileURLWithPath: bench.folder + "/data.safetensors"))
    let changed = try bench.petl(["resume", "run"])
    #expect(changed.code != 0, "\(changed)")
    #expect(changed.complaints.contains("the data changed"), "\(changed)")
  }
}
