import Dispatch
import Foundation

/// The signals that a task of a batch job gets: the first one is kept, and the process that trains is asked to save
/// and end.
final class TaskSignals: @unchecked Sendable {
  private let lock = NSLock()
  private var first: Int32?
  private var process: Process?
  private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in StopSignals.numbers {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [unowned self] in receive(number) }
      source.resume()
      sources.append(source)
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// The first signal that came; nil before.
  var received: Int32? { lock.withLock { first } }

  /// Starts a process, which hears of what came and what comes.
  func start(_ process: Process) throws {
    try lock.withLock {
      try process.run()
      self.process = process
      if first != nil { kill(process.processIdentifier, SIGTERM) }
    }
  }

  private func receive(_ number: Int32) {
    lock.withLock {
      guard first == nil else { return }
      first = number
      if let process, process.isRunning { kill(process.processIdentifier, SIGTERM) }
    }
  }
}
