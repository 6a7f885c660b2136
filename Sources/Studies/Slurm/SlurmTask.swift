import Foundation

/// A task of a job array, as Slurm shows it.
public struct SlurmTask: Sendable, Equatable {
  /// Where it is.
  public enum Phase: Sendable, Equatable {
    case waiting, running, ended
  }

  /// The number of the array's job.
  public let job: String
  /// The task's number in it.
  public let index: Int
  /// Slurm's word, such as `PENDING`.
  public let state: String
  /// Why it is so, in Slurm's words, such as `Resources`; empty for no reason.
  public let reason: String
  /// Its nodes; empty before it has some.
  public let nodes: String

  /// How job and task are named together.
  public var name: String { "\(job)_\(index)" }

  /// Where it is.
  public var phase: Phase {
    switch state {
    case "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT",
      "RESIZING":
      .running
    case "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL",
      "DEADLINE", "PREEMPTED", "REVOKED":
      .ended
    default: .waiting
    }
  }

  /// Reads a line of `squeue`: job, task, state, reason, nodes.
  init?(queue line: Substring) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 5, let index = Int(fields[1]) else { return nil }
    (job, self.index, state) = (fields[0], index, fields[2])
    (reason, nodes) = (fields[3] == "None" ? "" : fields[3], fields[4])
  }

  private init(job: String, index: Int, state: String, reason: String, nodes: String) {
    (self.job, self.index, self.state) = (job, index, state)
    (self.reason, self.nodes) = (reason, nodes)
  }

  /// Reads a record of `scontrol show job`, which several tasks may share that were never started.
  static func tasks(record: Substring) -> [SlurmTask] {
    func field(_ name: String) -> String {
      record.split(separator: " ").first { $0.hasPrefix("\(name)=") }
        .map { String($0.dropFirst(name.count + 1)) } ?? ""
    }
    // Its code, and the signal that ended it.
    let code = field("ExitCode").split(separator: ":").compactMap { Int($0) }
    let parts = [
      ["", "None", "(null)"].contains(field("Reason")) ? nil : field("Reason"),
      code.first.flatMap { $0 == 0 ? nil : "exit code \($0)" },
      code.dropFirst().first.flatMap { $0 == 0 ? nil : "signal \($0)" },
    ]
    let reason = parts.compactMap(\.self).joined(separator: ", ")
    return indices(field("ArrayTaskId")).map { index in
      SlurmTask(
        job: field("ArrayJobId"), index: index, state: field("JobState"), reason: reason,
        nodes: field("NodeList"))
    }
  }

  /// The numbers in `3`, `0-7%2` or `1,4-6`.
  static func indices(_ text: String) -> [Int] {
    (text.split(separator: "%").first ?? "").split(separator: ",").flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 10_000_000 else {
        return []
      }
      return Array(first...last)
    }
  }
}
