import Checkpoints
import Foundation
import TestSupport
import Testing

/// What a task of a job array does when it is told to end.
@Suite struct SweepTaskTests {
  private static let sweep = ["sweep", "r.yaml", "--output", "out", "--on", "slurm"]

  /// A submission whose only run takes long.
  private func submitted(requeues: String? = nil) throws -> FakeSlurm {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 100000\nthreads: 1\n")
    let fake = try FakeSlurm(bench)
    let more = requeues.map { ["--requeues", $0] } ?? []
    #expect(try fake.petl(Self.sweep + more).code == 0)
    return fake
  }

  /// Runs the task, and sends it a signal once an epoch is logged.
  private func task(
    _ fake: FakeSlurm, _ signal: Int32, restarts: Int = 0, requeues: String = "10"
  ) throws -> (code: Int32, said: String) {
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = ["sweep-task", "out/slurm/001", "--requeues", requeues]
    process.currentDirectoryURL = URL(filePath: fake.bench.folder)
    process.environment = ProcessInfo.processInfo.environment.merging(fake.environment) { $1 }
      .merging([
        "SLURM_ARRAY_TASK_ID": "0", "SLURM_JOB_ID": "77", "SLURM_RESTART_COUNT": "\(restarts)",
      ]) { $1 }
    try fake.bench.write("", to: "said")
    process.standardError = FileHandle(forWritingAtPath: fake.bench.folder + "/said")
    let log = fake.bench.folder + "/out/001-run/metrics.jsonl"
    let before = epochs(log)
    try process.run()
    let deadline = Date() + 60
    while epochs(log) <= before, Date() < deadline { usleep(20_000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (process.terminationStatus, try fake.bench.text("said"))
  }

  private func epochs(_ log: String) -> Int {
    (try? String(contentsOfFile: log, encoding: .utf8))?.count { $0 == "\n" } ?? 0
  }

  private func saved(_ fake: FakeSlurm) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: fake.bench.folder + "/out/001-run/checkpoint"
    )
    .filter { $0.hasPrefix("step-") }
  }

  /// Near its limit it saves and asks to be requeued; then it goes on; then it may not ask any more.
  @Test func timeLimit() throws {
    let fake = try submitted()
    let first = try task(fake, SIGUSR1)
    #expect(first.code == 0, "\(first)")
    #expect(
      first.said.contains("001-run is saved before the time limit; job 77 asks to be requeued (1)"))
    #expect(fake.notes("requeued") == ["77"])
    #expect(try !saved(fake).isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fake.bench.folder + "/out/claims") == [])
    let second = try task(fake, SIGUSR1, restarts: 1, requeues: "1")
    #expect(second.said.contains("001-run goes on on this host"), "\(second)")
    #expect(
      second.said.contains("the time limit came 2 times, and the task may be requeued 1 times"))
    #expect(fake.notes("requeued") == ["77"])
    let log = try fake.bench.text("out/logs/001-run.txt")
    #expect(log.contains("going on with stage 'train' after epoch "), "\(log)")
    let looked = try fake.petl(Self.sweep + ["--dry-run"])
    #expect(looked.output.contains("001-run  failed: the time limit came 2 times"), "\(looked)")
    // Submitted again it goes on from what is saved.
    #expect(try fake.petl(Self.sweep).code == 0)
    #expect(try !saved(fake).isEmpty)
  }

  /// Cancelled, it saves, and asks for nothing.
  @Test func cancelled() throws {
    let fake = try submitted()
    let outcome = try task(fake, SIGTERM)
    #expect(outcome.code == 143, "\(outcome)")
    #expect(outcome.said.contains("001-run is saved: the job was asked to end"), "\(outcome)")
    #expect(fake.notes("requeued").isEmpty)
    #expect(try !saved(fake).isEmpty)
    #expect(
      !FileManager.default.fileExists(atPath: fake.bench.folder + "/out/failures/001-run.json"))
  }

  /// Where requeuing is forbidden it says so, and the run is told of as failed.
  @Test func notRequeued() throws {
    let fake = try submitted()
    try fake.write("Requested operation is presently disabled\n", to: "broken-scontrol")
    let outcome = try task(fake, SIGUSR1)
    #expect(outcome.code != 0, "\(outcome)")
    #expect(
      outcome.said.contains("scontrol does not requeue job 77: Requested operation"), "\(outcome)")
    #expect(try fake.bench.text("out/failures/001-run.json").contains("presently disabled"))
  }

  /// A run is left to whoever trains it; one whose trainer was killed is taken over, and it is said.
  @Test func killedBefore() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 2\nthreads: 1\n")
    let fake = try FakeSlurm(bench)
    #expect(try fake.petl(Self.sweep).code == 0)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    guard case .taken(let lock) = try FolderLock.attempt(bench.folder + "/out/claims/001-run")
    else {
      Issue.record("not taken")
      return
    }
    let own = ProcessInfo.processInfo.processIdentifier
    let text = try bench.text("out/claims/001-run")
    lock.release()
    try bench.write(
      text.replacing("\"process\":\(own)", with: "\"process\":\(process.processIdentifier)"),
      to: "out/claims/001-run")
    let outcome = try fake.task(0)
    #expect(outcome.code == 0, "\(outcome)")
    #expect(
      outcome.complaints.contains("process \(process.processIdentifier) left this lock behind"))
    #expect(outcome.complaints.contains("001-run finished"), "\(outcome)")
  }

  @Test func mistakes() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 1\n")
    let fake = try FakeSlurm(bench)
    #expect(try fake.petl(Self.sweep).code == 0)
    func complaint(_ folder: String, _ task: String?) throws -> String {
      let variables = task.map { ["SLURM_ARRAY_TASK_ID": $0] } ?? [:]
      let outcome = try fake.petl(["sweep-task", folder], variables)
      #expect(outcome.code == 2, "\(outcome)")
      return outcome.complaints
    }
    #expect(try complaint("out/slurm/001", nil).contains("this is no task of a job array"))
    #expect(try complaint("out/slurm/001", "1").contains("there is no task 1, the last is 0"))
    #expect(try complaint("out/slurm/002", "0").contains("out/slurm/002/runs.json"))
    for text in [
      "", "{}", #"{"perTask":0,"rows":[{"run":"a","setsThreads":true}]}"#,
      #"{"perTask":1,"rows":[]}"#, #"{"perTask":1,"rows":[{"run":"../a","setsThreads":true}]}"#,
    ] {
      try bench.write(text, to: "out/slurm/001/runs.json")
      #expect(
        try complaint("out/slurm/001", "0").contains("cannot be read as the table"), "\(text)")
    }
  }
}
