import Foundation
import PETL
import Studies

/// Waits until Slurm has ended all runs of a sweep, and shows meanwhile how far they are.
struct SlurmWait {
  let slurm: Slurm
  let isQuiet: Bool

  /// Seconds between two looks at the queue: the first ones, and the longest.
  private static let pauses = (first: 1.0, longest: 15.0)
  /// How often in a row the queue may not answer.
  private static let patience = 20

  /// Waits.
  ///
  /// - Parameter folder: of the sweep; it is looked at again.
  /// - Returns: the state of each run.
  /// - Throws: `DiagnosticError` when the queue does not answer for long.
  func run(_ folder: inout SweepFolder) throws -> SweepStates {
    let report = Terminal.isLive && !isQuiet ? LiveSweep(folder) : nil
    defer { report?.finish() }
    var pause = Self.pauses.first
    var failures = 0
    var before: [SweepRunState] = []
    while true {
      do {
        let found = try SweepStates(folder, slurm)
        failures = 0
        tell(found.states, before, folder, report)
        if found.states != before { pause = Self.pauses.first }
        before = found.states
        if !found.states.contains(where: \.isUnderWay) {
          for index in folder.runs.indices { folder.look(index) }
          return found
        }
      } catch {
        failures += 1
        if failures == 1 { Terminal.complain(lines: "warning: \(error)") }
        if failures >= Self.patience { throw error }
      }
      Thread.sleep(forTimeInterval: pause)
      pause = min(Self.pauses.longest, pause * 1.5)
    }
  }

  /// Says what has changed.
  private func tell(
    _ now: [SweepRunState], _ before: [SweepRunState], _ folder: SweepFolder, _ report: LiveSweep?
  ) {
    for (index, state) in now.enumerated() {
      let last = before.isEmpty ? nil : before[index]
      guard state.word != last?.word else { continue }
      let title = "\(index + 1)/\(now.count) \(folder.runs[index].entry.folder)"
      switch state {
      case .running(let place):
        report?.begin(index, folder: folder.slot(index).folder)
        if !isQuiet { Terminal.tell("\(title) runs: \(place)") }
      case .waiting:
        if last?.word == "running", !isQuiet { Terminal.tell("\(title) waits again") }
      case .done:
        report?.end(index, failed: false)
        if last != nil, !isQuiet { Terminal.tell("\(title) finished") }
      case .failed(let reason), .lost(let reason):
        report?.end(index, failed: true)
        Terminal.complain("\(title) \(state.word): \(reason)")
      case .new: break
      }
    }
  }
}
