import TestSupport

/// Whether ranks can be tried here.
enum MPIOnThisMachine {
  /// Whether there is an mpirun, and a petl that knows MPI.
  static var isThere: Bool {
    guard let bench = try? Bench(),
      let found = try? bench.shell(
        "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; which mpirun pgrep perl && "
          + "mpirun --oversubscribe -n 2 true && petl doctor --json")
    else { return false }
    return found.code == 0 && found.output.contains("\"mpi\" : \"")
  }
}
