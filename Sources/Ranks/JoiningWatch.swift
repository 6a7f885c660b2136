import Foundation

/// Does something unless it is ended in time: for calls that wait without an end.
final class JoiningWatch: Sendable {
  private let ended = DispatchSemaphore(value: 0)

  /// Starts to wait.
  ///
  /// - Parameters:
  ///   - seconds: for so long.
  ///   - late: is called on another thread when `end` was not called by then.
  init(_ seconds: Double, _ late: @escaping @Sendable () -> Void) {
    let ended = ended
    let thread = Thread {
      if ended.wait(timeout: .now() + seconds) == .timedOut { late() }
    }
    thread.start()
  }

  /// Nothing is to be done any more.
  func end() { ended.signal() }
}
