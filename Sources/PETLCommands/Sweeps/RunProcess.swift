import Checkpoints
import Foundation
import PETL
import Studies

/// The process that trains a run of a sweep: this very program on the run's recipe, or on what an interrupted try
/// left.
struct RunProcess {
  /// How one ended.
  enum Ending: Sendable, Equatable {
    case finished
    case failed(SweepFailure)
  }

  let slot: SweepSlot
  /// Threads, where the recipe does not say.
  let threads: Int?
  /// The paths of the plugin files that it is to load.
  let plugins: [String]
  /// What comes before the program, as `srun` does; empty for nothing.
  var launcher: [String] = []

  /// A process that is not started yet.
  ///
  /// - Parameters:
  ///   - isResumed: whether it goes on with what is there.
  ///   - whenEnded: is told how it ended, on any thread.
  /// - Returns: the process, whose output goes to the run's log.
  /// - Throws: an error when its log cannot be written.
  func process(
    isResumed: Bool, whenEnded: @escaping @Sendable (Ending) -> Void
  ) throws -> Process {
    guard let program = Bundle.main.executableURL else {
      throw DiagnosticError("the path of this program is not known: no run can be started")
    }
    var words = launcher + [program.path]
    if isResumed {
      words += ["resume", slot.folder]
    } else {
      words += ["run", slot.recipe, "--output", slot.folder, "--reuse", slot.stages]
      if let threads { words += ["--set", "threads=\(threads)"] }
    }
    words += plugins.flatMap { ["--plugin", $0] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words.removeFirst())
    process.arguments = words
    let log = FileHandle(fileDescriptor: try openAnew(slot.log), closeOnDealloc: true)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    let slot = slot
    process.terminationHandler = { process in
      whenEnded(Self.ending(slot, process.terminationStatus, process.terminationReason))
    }
    return process
  }

  /// What became of a run whose process ended.
  private static func ending(
    _ slot: SweepSlot, _ status: Int32, _ reason: Process.TerminationReason
  ) -> Ending {
    if status == 0, reason == .exit, slot.isFinished { return .finished }
    if reason == .uncaughtSignal {
      let memory = status == SIGKILL ? ", as where memory runs out" : ""
      return .failed(
        SweepFailure(
          "the process was ended by signal \(status)\(memory); see \(slot.log)", isKilled: true))
    }
    if StopSignals.numbers.contains(status - 128) {
      return .failed(SweepFailure("the run was interrupted; see \(slot.log)", isKilled: true))
    }
    let bytes = (try? readStart(of: slot.log, count: 16 << 20)) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let errors = lines.filter { $0.contains("error: ") }
    // What Slurm says of the other processes comes after what one of them said.
    let own = errors.last { !$0.hasPrefix("srun: ") && !$0.hasPrefix("slurmstepd") }
    return .failed(
      SweepFailure((own ?? errors.last).map(String.init) ?? "the process ended; see \(slot.log)"))
  }
}

extension PluginSource {
  /// Writes the code as it was loaded, so that a file that is edited while runs are trained changes none
  /// of them.
  ///
  /// - Parameter folder: that of all such files; each content has its own within.
  /// - Returns: the path of the copy.
  /// - Throws: `DiagnosticError` when it cannot be written.
  func written(to folder: String) throws -> String {
    let place = "\(folder)/\(digest.prefix(16))"
    let own = isFolder ? "\(place)/\(name)" : place
    try createFolder(own)
    for file in files {
      try writeAtomically(file.contents, to: "\(own)/\(isFolder ? file.name : name)")
    }
    return "\(place)/\(name)"
  }
}
