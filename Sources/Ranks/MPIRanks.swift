import CMPI
import Foundation
import PETL

/// The processes of an MPI job.
public final class MPIRanks: Ranks {
  /// The number of this process, from 0.
  public let number: Int
  /// How many processes there are.
  public let count: Int
  /// How many of them are on this machine.
  public let countOnMachine: Int
  /// How long a rank waits for the others, in seconds.
  private let patience: Double
  private let spelled: @Sendable (String) -> String

  /// Joins the job.
  ///
  /// - Parameters:
  ///   - patience: how long a rank waits for the others, in seconds.
  ///   - announced: how many processes the starter speaks of.
  ///   - spelled: puts the name of this program into a sentence that names petl.
  /// - Throws: `DiagnosticError` when MPI does not start, or finds other processes than the starter speaks of.
  init(
    patience: Double, announced: Int, spelled: @escaping @Sendable (String) -> String
  ) throws {
    (self.patience, self.spelled) = (patience, spelled)
    // MPI itself waits for ever for a process that does not join.
    let watch = JoiningWatch(patience) {
      Self.abandon(
        spelled(
          "rank \(Launch.announcedNumber): \(Self.late(patience, "\(announced) processes were started"))"
        ))
    }
    defer { watch.end() }
    guard petl_mpi_start() == 0 else {
      throw DiagnosticError("MPI does not start", hints: ["try: mpirun -n 2 hostname"])
    }
    (number, count) = (Int(petl_mpi_rank()), Int(petl_mpi_count()))
    countOnMachine = Int(petl_mpi_count_on_machine())
    guard count == announced else {
      throw DiagnosticError(
        "\(announced) processes were started together, and MPI (\(Launch.library ?? "")) finds \(count)",
        hints: [
          "start them by the mpirun of the MPI that petl is built with; under Slurm: srun --mpi=pmix"
        ])
    }
  }

  /// Brings together what each rank gives, in two exchanges: of the lengths, and of the bytes.
  ///
  /// - Parameter own: what this rank gives.
  /// - Returns: what each rank gave, in their order.
  /// - Throws: `DiagnosticError` when another rank does not come in time, or the bytes are more than 2 GiB.
  public func gathered(_ own: [UInt8]) throws -> [[UInt8]] {
    var counts = [Int64](repeating: 0, count: count)
    try require(unsafe petl_mpi_gather_counts(Int64(own.count), &counts, patience))
    let total = counts.reduce(0) { $0 + Int($1) }
    guard total > 0 else { return counts.map { _ in [] } }
    // A byte more: an empty array may have no memory.
    let sent = own + [0]
    var all = [UInt8](repeating: 0, count: total)
    try require(unsafe petl_mpi_gather_bytes(sent, counts, &all, patience))
    var next = 0
    return counts.map { count in
      defer { next += Int(count) }
      return Array(all[next..<next + Int(count)])
    }
  }

  /// Says what happened and ends this process at once; the starter then ends the others.
  ///
  /// - Parameter error: what the user is told.
  public func abandon(_ error: DiagnosticError) -> Never {
    Self.abandon(spelled("rank \(number): \(error)"))
  }

  private static func abandon(_ text: String) -> Never {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    // Nothing is waited for: MPI itself may be what does not answer.
    _exit(1)
  }

  /// What is said where another rank does not come.
  private static func late(_ patience: Double, _ more: String) -> DiagnosticError {
    DiagnosticError(
      "no word from another rank for \(Int(patience)) seconds while they start",
      hints: [
        "\(more): each must be \(ProcessInfo.processInfo.processName) with a command that trains",
        "ranks that start slowly: --rank-timeout \(Int(patience) * 10)",
      ])
  }

  private func lost(_ words: String) -> DiagnosticError {
    DiagnosticError(
      words,
      hints: [
        "where the run has a folder it goes on from its last checkpoint: mpirun … petl resume FOLDER"
      ])
  }

  private func require(_ outcome: petl_mpi_outcome) throws {
    switch outcome {
    case petl_mpi_done: return
    case petl_mpi_late:
      throw lost(
        "no word from another rank for \(Int(patience)) seconds: a process or a link may be down")
    case petl_mpi_too_large:
      throw DiagnosticError(
        "what the ranks have to tell each other in a step is more than 2 GiB",
        hints: ["use fewer micro_shards, or fewer ranks"])
    default: throw lost("MPI lost another rank")
    }
  }
}
