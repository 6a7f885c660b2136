import Checkpoints
import Foundation
import PETL
import Studies

/// A task of a job array: it trains its runs one after another, each in a process of its own.
///
/// When its time is nearly up (`SIGUSR1`) the run saves, and the task asks to be put back into the queue; then it
/// goes on where it was. A request to end (`SIGTERM`: the job is cancelled, or gives way to another) is passed on, so
/// that the run saves.
struct SweepTask {
  private let submission: SlurmSubmission
  private let requeues: Int
  private let ranks: Int
  private let plugins: [String]
  private let index: Int
  private let environment: [String: String]
  private let signals = TaskSignals()

  /// Seconds for which a task waits for one who holds its run: the time after which a process that was killed on
  /// another node is taken to be gone, and some more.
  private static let patience = 150.0

  /// - Throws: `DiagnosticError` when it was not started by Slurm, or is no task of the submission.
  init(submission: SlurmSubmission, requeues: Int, ranks: Int, plugins: [String]) throws {
    let environment = ProcessInfo.processInfo.environment
    guard let word = environment["SLURM_ARRAY_TASK_ID"], let index = Int(word) else {
      throw DiagnosticError(
        "SLURM_ARRAY_TASK_ID is not set: this is no task of a job array",
        hints: ["submit the script: sbatch \(submission.script)"])
    }
    guard !submission.rows(ofTask: index).isEmpty else {
      throw DiagnosticError(
        "\(submission.path): there is no task \(index), the last is \(submission.taskCount - 1)")
    }
    (self.submission, self.requeues, self.ranks) = (submission, requeues, ranks)
    (self.plugins, self.index, self.environment) = (plugins, index, environment)
  }

  /// Trains what is not finished.
  ///
  /// - Returns: the exit code of the task.
  /// - Throws: an error when a file cannot be written or a process cannot be started.
  func run() throws -> Int32 {
    var code: Int32 = 0
    for row in submission.rows(ofTask: index) {
      let slot = SweepSlot(sweep: submission.sweep, name: row.run)
      if slot.isFinished {
        say("\(slot.name) is finished")
        continue
      }
      guard let lock = try claim(slot) else { continue }
      defer { lock.release() }
      switch try train(slot, row) {
      case .finished: say("\(slot.name) finished")
      case .failed(let failure):
        if signals.received == nil {
          code = 1
          try slot.note(failure)
          say("\(slot.name) failed: \(failure.reason)")
        }
      }
      if let signal = signals.received {
        if !isDone { try leave(slot, after: signal) }
        return signal == SIGUSR1 ? code : 128 + signal
      }
    }
    return code
  }

  /// Whether all runs of the task are finished.
  private var isDone: Bool {
    submission.rows(ofTask: index).allSatisfy {
      SweepSlot(sweep: submission.sweep, name: $0.run).isFinished
    }
  }

  /// Trains a run to its end, or to a signal.
  private func train(
    _ slot: SweepSlot, _ row: SlurmSubmission.Row
  ) throws -> RunProcess.Ending {
    let run = RunProcess(
      slot: slot, threads: row.setsThreads ? nil : threads, plugins: plugins,
      launcher: try launcher())
    let isResumed = try slot.makeRoom()
    let ended = DispatchSemaphore(value: 0)
    let outcome = Outcome()
    let process = try run.process(isResumed: isResumed) {
      outcome.ending = $0
      ended.signal()
    }
    say(
      "\(slot.name) \(isResumed ? "goes on" : "starts") on \(environment["SLURMD_NODENAME"] ?? "this host")"
    )
    try signals.start(process)
    ended.wait()
    return outcome.ending
  }

  /// What one thread writes before the other is woken.
  private final class Outcome: @unchecked Sendable {
    var ending = RunProcess.Ending.finished
  }

  private func launcher() throws -> [String] {
    guard ranks > 1 else { return [] }
    guard let srun = Slurm.path(of: "srun") else {
      throw DiagnosticError("there is no srun on the PATH: \(ranks) ranks cannot be started")
    }
    // Since 22.05 srun does not take the job's cores a process for its own.
    let cores = environment["SLURM_CPUS_PER_TASK"].map { ["--cpus-per-task=\($0)"] } ?? []
    return [srun, "--mpi=pmix", "--ntasks=\(ranks)"] + cores
  }

  /// What Slurm gave to each process.
  private var threads: Int {
    let words = [
      environment["SLURM_CPUS_PER_TASK"], ranks == 1 ? environment["SLURM_CPUS_ON_NODE"] : nil,
    ]
    return words.lazy.compactMap { $0.flatMap { Int($0) } }.first.map { max(1, $0) }
      ?? Workers.count
  }

  /// Waits for the run's lock.
  ///
  /// - Returns: nil when another has finished the run, or goes on training it.
  private func claim(_ slot: SweepSlot) throws -> FolderLock? {
    let deadline = Date() + Self.patience
    while true {
      switch try slot.claim() {
      case .taken(let lock):
        if let note = lock.takeover { say("note: \(note)") }
        return slot.isFinished ? nil : lock
      case .held(let holder):
        guard Date() < deadline, signals.received == nil else {
          say("\(slot.name) is left to \(holder.name), which trains it")
          return nil
        }
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }

  /// Asks to be requeued where the time was up; what was saved is gone on with then.
  private func leave(_ slot: SweepSlot, after signal: Int32) throws {
    guard signal == SIGUSR1 else { return say("\(slot.name) is saved: the job was asked to end") }
    let job = environment["SLURM_JOB_ID"] ?? ""
    let before = environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0
    guard before < requeues else {
      let words =
        "the time limit came \(before + 1) times, and the task may be requeued \(requeues) times; "
        + "more --time or --requeues, and it goes on from what is saved"
      try slot.note(SweepFailure(words, isKilled: true))
      return say("\(slot.name) failed: \(words)")
    }
    say(
      "\(slot.name) is saved before the time limit; job \(job) asks to be requeued (\(before + 1))")
    do {
      try Slurm.requeue(job)
    } catch let error as DiagnosticError {
      try slot.note(SweepFailure("the time limit came, and \(error.sentences)", isKilled: true))
      throw error
    }
  }

  private func say(_ text: String) { Terminal.tell(text) }
}
