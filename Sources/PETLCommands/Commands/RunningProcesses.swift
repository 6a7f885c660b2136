import Dispatch
import Foundation

/// The processes that a sweep has started: they end with it when it is interrupted.
///
/// Each is in a process group of its own, so the terminal's interrupt reaches the sweep alone. What they
/// write is written atomically, and the stages that they finished are kept, so they are ended at once.
final class RunningProcesses: @unchecked Sendable {
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

  private func interrupt(_ number: Int32) {
    // Held for good: nothing is started any more.
    lock.lock()
    for process in processes where process.isRunning {
      kill(process.processIdentifier, SIGKILL)
    }
    Terminal.complain("interrupted; give the same command again to go on")
    exit(128 + number)
  }
}
