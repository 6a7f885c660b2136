import Checkpoints

/// What becomes of the runs of a sweep, by what its folder and Slurm say together: the folder has what finished and
/// what failed, the queue what waits and runs.
public struct SweepStates: Sendable {
  /// The state of each run, in the order of the sweep.
  public let states: [SweepRunState]

  /// Looks.
  ///
  /// - Parameters:
  ///   - folder: of the sweep.
  ///   - slurm: the batch system.
  /// - Throws: `DiagnosticError` when the batch system does not answer.
  public init(_ folder: SweepFolder, _ slurm: Slurm) throws {
    let submissions = SlurmSubmission.all(ofSweep: folder.path)
    // Before the folders are looked at: what ends in between is done then, and not lost.
    let queue = try slurm.queue(submissions.compactMap(\.job))
    let queued = Dictionary(queue.map { ($0.name, $0) }) { first, _ in first }
    var ended: [String: [SlurmTask]] = [:]
    states = folder.runs.indices.map { index in
      let slot = folder.slot(index)
      if slot.isFinished { return .done }
      let found = submissions.lazy.compactMap { submission -> (String, Int)? in
        guard let job = submission.job, let task = submission.task(of: slot.name) else {
          return nil
        }
        return (job, task)
      }
      let failure = slot.failure
      for (job, index) in found {
        if let task = queued["\(job)_\(index)"], task.phase != .ended {
          return Self.state(of: slot, in: task, failure)
        }
      }
      if let failure { return .failed(failure.reason) }
      guard let (job, index) = found.first else { return .new }
      let known = ended[job] ?? slurm.tasks(ofJob: job)
      ended[job] = known
      return .lost(Self.loss(known.last { $0.index == index }, "\(job)_\(index)"))
    }
  }

  /// The state of a run whose task waits or runs.
  private static func state(
    of slot: SweepSlot, in task: SlurmTask, _ failure: SweepFailure?
  ) -> SweepRunState {
    // Its note is taken away when the run is submitted, and when it is tried again.
    if let failure { return .failed(failure.reason) }
    guard task.phase == .running else {
      let reason = task.reason.isEmpty ? task.state.lowercased() : task.reason
      return .waiting("\(reason) (job \(task.name))")
    }
    let place = task.nodes.isEmpty ? "" : " on \(task.nodes)"
    return slot.isClaimed
      ? .running("job \(task.name)\(place)") : .waiting("its turn (job \(task.name)\(place))")
  }

  /// Why a run is lost.
  private static func loss(_ task: SlurmTask?, _ name: String) -> String {
    guard let task else { return "the queue no longer knows job \(name)" }
    let more = task.reason.isEmpty ? "" : " (\(task.reason))"
    let words =
      switch task.state {
      case "TIMEOUT": "the time limit ended it"
      case "CANCELLED": "it was cancelled"
      case "NODE_FAIL", "BOOT_FAIL": "its node failed"
      case "OUT_OF_MEMORY": "it ran out of memory"
      case "PREEMPTED": "another job took its place"
      default: "it ended as \(task.state)\(more)"
      }
    return "\(words), job \(name)"
  }

  /// How many there are of each, as `2 done, 1 running`.
  public var counts: String {
    let words = ["done", "running", "waiting", "failed", "lost", "not submitted"]
    return words.compactMap { word in
      let count = states.count { $0.word == word }
      return count > 0 ? "\(count) \(word)" : nil
    }.joined(separator: ", ")
  }
}
