import CMPI
import Foundation
import PETL

/// How this process was started: alone, or by mpirun or srun as one of several.
public enum Launch {
  /// What starters of MPI jobs tell each process: how many there are.
  private static let counts = [
    "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "PMIX_SIZE", "SLURM_STEP_NUM_TASKS",
  ]
  /// What says that a process was started as one of an MPI job.
  private static let marks = ["OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "PMIX_RANK"]

  /// How many processes the starter says there are; 1 without one.
  public static var announcedCount: Int {
    let environment = ProcessInfo.processInfo.environment
    guard marks.contains(where: { environment[$0] != nil }) else { return 1 }
    return counts.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first ?? 1
  }

  /// How many processes `srun` started together that know nothing of each other; 1 where there are none.
  public static var strangers: Int {
    let environment = ProcessInfo.processInfo.environment
    guard marks.allSatisfy({ environment[$0] == nil }) else { return 1 }
    return max(1, environment["SLURM_STEP_NUM_TASKS"].flatMap { Int($0) } ?? 1)
  }

  /// The number that the starter gave this process; 0 without one.
  public static var announcedNumber: Int {
    guard announcedCount > 1 else { return 0 }
    let environment = ProcessInfo.processInfo.environment
    return ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].lazy
      .compactMap { environment[$0].flatMap { Int($0) } }.first ?? 0
  }

  /// Leaves the job, once all ranks are done.
  public static func finish() { petl_mpi_finish() }

  /// The name and version of the MPI library; nil where petl is built without one.
  public static var library: String? {
    unsafe petl_mpi_library().map { unsafe String(cString: $0) }
  }

  /// Joins the other processes of an MPI job.
  ///
  /// - Parameters:
  ///   - patience: how long a rank waits for the others, in seconds.
  ///   - spelled: puts the name of this program into a sentence that names petl.
  /// - Returns: the ranks; a single one where this process was started alone.
  /// - Throws: `DiagnosticError` when there are others and petl is built without MPI, or MPI does not start.
  public static func ranks(
    patience: Double, spelled: @escaping @Sendable (String) -> String = { $0 }
  ) throws -> any Ranks {
    let announced = announcedCount
    guard announced > 1 else { return SingleRank() }
    guard library != nil else {
      throw DiagnosticError(
        "\(announced) processes were started together, and this petl is built without MPI: each would train alone",
        hints: [
          "build it where MPI is installed: apt install libopenmpi-dev openmpi-bin, then swift build --traits MPI"
        ])
    }
    return try MPIRanks(patience: patience, announced: announced, spelled: spelled)
  }
}
