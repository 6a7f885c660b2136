import CKernels

extension Machine {
  /// Why products of matrices on so many threads do not fit what the process may use of memory, in a
  /// sentence; nil when they do.
  ///
  /// OpenBLAS takes a buffer for each thread at its first product, and waits for ever where the system
  /// gives none: the limits of the process (`ulimit -v`, `ulimit -d`) and of its control group are asked
  /// before that.
  ///
  /// - Parameter threads: how many multiply at the same time.
  /// - Returns: a sentence, or nil.
  package static func shortage(threads: Int = Workers.count) -> String? {
    // The pools of this package and of the allocator come on top: our estimate.
    let needed = threads * petl_openblas_buffer_bytes + (64 << 20)
    guard petl_can_reserve(needed) else {
      return "products of matrices on \(threads) threads need \(needed >> 20) MiB "
        + "more of address space than the process may take"
    }
    let limit = petl_group_memory_limit()
    guard limit < 0 || limit >= smallestGroup else {
      return "the control group of the process has \(limit >> 20) MiB of memory, petl needs "
        + "\(smallestGroup >> 20) MiB at least"
    }
    return nil
  }

  /// The least memory in which a command was seen to end: our choice.
  private static var smallestGroup: Int { 64 << 20 }
}
