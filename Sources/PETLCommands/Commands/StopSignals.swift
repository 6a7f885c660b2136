import ArgumentParser
import Dispatch
import Foundation
import Training

/// Turns the signals that interrupt or end a program into the wish that a run ends after its step; a second
/// one ends the program at once.
///
/// `SIGUSR1` is what batch systems are told to send some time before they end a job. They send to a process and to
/// the one that started it, which passes the signal on: what comes within seconds of the first is no second one,
/// unless it is the terminal's.
final class StopSignals: @unchecked Sendable {
  /// Made by the first signal.
  let stop = StopRequest()
  /// The signals.
  static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]
  /// How long a signal may be one that came before.
  private static let echo = Duration.seconds(5)

  private let lock = NSLock()
  private let tell: @Sendable (String) -> Void
  private var received: Int32 = 0
  private var moment: ContinuousClock.Instant?
  private var sources: [any DispatchSourceSignal] = []
  /// `SIG_IGN` as a number.
  private static let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)

  /// Listens from now on.
  ///
  /// - Parameter tell: is told of the first signal, a sentence.
  init(tell: @escaping @Sendable (String) -> Void) {
    self.tell = tell
    for number in Self.numbers {
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

  /// 128 and the signal's number, as shells have it; that of `SIGTERM` where another rank got the signal.
  var exitCode: ExitCode {
    let number = lock.withLock { received }
    return ExitCode(128 + (number == 0 ? SIGTERM : number))
  }

  private func receive(_ number: Int32) {
    let (isFirst, isEcho) = lock.withLock {
      let now = ContinuousClock.now
      let isEcho = number != SIGINT && moment.map { now - $0 < Self.echo } == true
      defer { if received == 0 { (received, moment) = (number, now) } }
      return (received == 0, isEcho)
    }
    if isFirst {
      stop.make()
      tell("ending after this step; once more to end at once")
    } else if !isEcho {
      exit(128 + number)
    }
  }
}
