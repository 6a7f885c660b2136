import Foundation
import PETL

/// The batch system of this machine, as its own programs show it.
///
/// There is no need of accounting (`sacct`), which many clusters do without.
public struct Slurm: Sendable {
  private let sbatch: SystemProgram
  private let squeue: SystemProgram
  private let scontrol: SystemProgram

  /// Finds the programs.
  ///
  /// - Throws: `DiagnosticError` where one is not there.
  public init() throws {
    func find(_ name: String) throws -> SystemProgram {
      guard let program = SystemProgram(name) else {
        throw DiagnosticError(
          "--on slurm: there is no \(name) on the PATH of this machine",
          hints: [
            "give the command where jobs are submitted, as on a login node",
            "any other scheduler trains the parts of a sweep by --shard 1/16, --shard 2/16 and so on",
          ])
      }
      return program
    }
    (sbatch, squeue) = (try find("sbatch"), try find("squeue"))
    scontrol = try find("scontrol")
  }

  /// Submits a script.
  ///
  /// - Parameter script: its path.
  /// - Returns: the job's number.
  /// - Throws: `DiagnosticError` with what Slurm has against it.
  public func submit(_ script: String) throws -> String {
    let answer = try sbatch.run(["--parsable", script])
    // On some clusters the name of the cluster follows.
    let number = answer.output.split(separator: "\n").last?.split(separator: ";").first
    guard answer.status == 0, let number, number.allSatisfy(\.isNumber), !number.isEmpty else {
      throw DiagnosticError(
        "sbatch does not take the job: \(answer.reason)",
        hints: ["what was submitted is in \(script)", "sinfo lists the partitions"])
    }
    return String(number)
  }

  private static func silent(_ answer: SystemProgram.Answer) -> DiagnosticError {
    DiagnosticError(
      "Slurm's controller does not answer: nothing can be submitted",
      hints: ["scontrol says: \(answer.reason)", "is it at work? scontrol ping"])
  }

  /// Asks whether the controller answers.
  ///
  /// - Throws: `DiagnosticError` when it does not.
  public func requireAnswer() throws {
    let answer = try scontrol.run(["show", "config"])
    if answer.status != 0 { throw Self.silent(answer) }
  }

  /// The most tasks that a job array may have.
  ///
  /// - Throws: `DiagnosticError` when Slurm does not say.
  public func mostTasks() throws -> Int {
    let answer = try scontrol.run(["show", "config"])
    let line = answer.output.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    let word = line?.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespaces) }
    guard answer.status == 0 else { throw Self.silent(answer) }
    guard let count = word.flatMap({ Int($0) }) else {
      throw DiagnosticError("scontrol show config says no MaxArraySize")
    }
    guard count > 0 else {
      throw DiagnosticError(
        "this Slurm takes no job arrays: its MaxArraySize is 0",
        hints: ["submit jobs that train parts of the sweep: petl sweep RECIPE --shard 1/16 …"])
    }
    return count
  }

  /// The tasks of some jobs that wait or run.
  ///
  /// - Parameter jobs: their numbers.
  /// - Returns: the tasks; none of jobs that Slurm has forgotten.
  /// - Throws: `DiagnosticError` when the controller does not answer.
  public func queue(_ jobs: [String]) throws -> [SlurmTask] {
    guard !jobs.isEmpty else { return [] }
    let answer = try squeue.run([
      "--noheader", "--array", "--jobs=\(jobs.joined(separator: ","))", "--format=%F|%K|%T|%r|%N",
    ])
    // Of a single job that is an error; of one among several it is none.
    if answer.status != 0, answer.complaints.contains("Invalid job id") { return [] }
    guard answer.status == 0 else {
      throw DiagnosticError(
        "squeue does not say what waits and runs: \(answer.reason)",
        hints: ["nothing was submitted; give the command again when Slurm answers"])
    }
    return answer.output.split(separator: "\n").compactMap(SlurmTask.init(queue:))
  }

  /// What is still known of the tasks of a job: nothing some minutes after it has ended.
  public func tasks(ofJob number: String) -> [SlurmTask] {
    guard let answer = try? scontrol.run(["--oneliner", "show", "job", number]), answer.status == 0
    else { return [] }
    return answer.output.split(separator: "\n").flatMap(SlurmTask.tasks(record:))
  }

  /// Where one of Slurm's programs is; nil where it is not on the PATH.
  public static func path(of name: String) -> String? { SystemProgram(name)?.path }

  /// Puts a job back into the queue; its processes are ended.
  ///
  /// - Throws: `DiagnosticError` where Slurm refuses.
  public static func requeue(_ job: String) throws {
    guard let scontrol = SystemProgram("scontrol") else {
      throw DiagnosticError("there is no scontrol on the PATH: job \(job) cannot be requeued")
    }
    let answer = try scontrol.run(["requeue", job])
    guard answer.status == 0 else {
      throw DiagnosticError("scontrol does not requeue job \(job): \(answer.reason)")
    }
  }
}
