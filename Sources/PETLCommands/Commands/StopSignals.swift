import ArgumentParser
import Dispatch
import Foundation
import Training

/// Turns the signals that interrupt or end a program into the wish that a run ends after its step; a second
/// one ends the program at once.
final class StopSignals: @unchecked Sendable {
  /// Made by the first signal.
  let stop = StopRequest()
  private let lock = NSLock()
  private let tell: @Sendable (String) -> Void
  private var received: Int32 = 0
  private var sources: [any DispatchSourceSignal] = []
  /// `SIG_IGN` as a number.
  private static let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)

  /// Listens from now on.
  ///
  /// - Parameter tell: is told of the first signal, a sentence.
  init(tell: @escaping @Sendable (String) -> Void) {
    self.tell = tell
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // Without this the signal would end the process before its handler runs.
      let before = unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
      // Under nohup a terminal that is closed ends nothing.
      if number == SIGHUP, before == Self.ignored { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in receive(number) }
      source.resume()
      sources.append(source)
    }
  }

  /// 128 and the signal's number, as shells have it.
  var exitCode: ExitCode { ExitCode(128 + lock.withLock { received }) }

  private func receive(_ number: Int32) {
    let isFirst = lock.withLock {
      defer { if received == 0 { received = number } }
      return received == 0
    }
    if isFirst {
      stop.make()
      tell("ending after this step; once more to end at once")
    } else {
      exit(128 + number)
    }
  }
}
