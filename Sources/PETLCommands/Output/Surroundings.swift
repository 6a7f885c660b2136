import CProcess
import PETL

/// What petl asks of the system before it works, so that what is missing is said, and nothing ends it
/// without a word.
enum Surroundings {
  /// The fewest files that a run has open at the same time, with some to spare: our choice.
  private static let files = 32

  /// Prepares the process.
  ///
  /// - Throws: `DiagnosticError` when the system gives too little.
  static func prepare() throws {
    petl_occupy_standard_streams()
    petl_explain_lost_mappings()
    petl_fail_rather_than_end()
    try requireFiles()
  }

  /// Refuses to begin a command whose products of matrices would wait for memory for ever.
  static func requireRoom(threads: Int) throws {
    if let shortage = Machine.shortage(threads: threads) {
      throw DiagnosticError(
        shortage,
        hints: [
          "raise the limit (ulimit -v, ulimit -d, or the container's), or ask for fewer threads"
        ])
    }
  }

  private static func requireFiles() throws {
    let count = petl_raise_open_files(files)
    guard count < files else { return }
    throw DiagnosticError(
      "only \(count) files may be open at the same time (ulimit -n), petl needs \(files)",
      hints: ["raise the limit: ulimit -n 1024"])
  }
}
