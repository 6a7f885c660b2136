import Dispatch
import Foundation

/// The processes that a sweep has started: they end with it when it is interrupted.
///
/// Each is in a process group of its own, so the terminal's interrupt reaches the sweep alone. They are asked to
/// end after the step that they are at, with a checkpoint; those that take too long, or a second interrupt,
/// are ended at once, and go on from the checkpoint before.
final class RunningProcesses: @unchecked Sendable {
  /// How long a run may take to end.
  private static let patience = Duration.seconds(20)

  private let lock = NSLock()
  private var processes: [Process] = []
  private var sources: [any DispatchSourceSignal] = []
  /// `SIG_IGN` as a number.
  private static let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)

  /// Ends all processes, and this one, when the signals come that interrupt or end a program.
  func endOnSignals() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Without this the signal would end this process before its handler runs.
      let before = unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
      // Under nohup a terminal that is closed ends nothing.
      if number == SIGHUP, before == Self.ignored { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in interrupt(number) }
      source.resume()
      sources.append(source)
    }
  }

  /// Starts a process, unless all of them are ending.
  func start(_ process: Process) throws {
    try lock.withLock {
      try process.run()
      processes.append(process)
    }
  }

  /// Waits for the end of this process when all are ending, else does nothing.
  func passUnlessEnding() { lock.withLock {} }

  private func interrupt(_ number: Int32) {
    // A second one finds nobody who would wait.
    signal(number, SIG_DFL)
    // Held for good: nothing is started any more, and nothing that ends is taken for a failure.
    lock.lock()
    for process in processes where process.isRunning {
      kill(process.processIdentifier, SIGTERM)
    }
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline, processes.contains(where: \.isRunning) { usleep(20_000) }
    for process in processes where process.isRunning {
      kill(process.processIdentifier, SIGKILL)
    }
    Terminal.complain("interrupted; give the same command again to go on")
    exit(128 + number)
  }
}
