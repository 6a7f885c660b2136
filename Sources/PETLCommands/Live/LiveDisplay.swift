import Dispatch
import Foundation
import Synchronization

/// Draws what a view says at the end of the terminal, five times a second until it is closed.
///
/// All drawing is on a queue of its own: whoever changes the view waits for nothing. What can change is
/// behind a lock, and sources may be cancelled on any thread, hence `Sendable`.
final class LiveDisplay: @unchecked Sendable {
  private let lines: @Sendable (LiveView.Size) -> [[Piece]]
  private let isOpen = Mutex(true)
  private let timer: any DispatchSourceTimer
  private let continuation: any DispatchSourceSignal

  /// - Parameter lines: what is to be seen now; called on any thread.
  init(_ lines: @escaping @Sendable (LiveView.Size) -> [[Piece]]) {
    self.lines = lines
    let queue = DispatchQueue(label: "petl.live")
    timer = DispatchSource.makeTimerSource(queue: queue)
    // After a pause by the shell, what it wrote is above the cursor.
    continuation = DispatchSource.makeSignalSource(signal: SIGCONT, queue: queue)
    continuation.setEventHandler { Terminal.leaveRegion() }
    timer.setEventHandler { [weak self] in self?.draw() }
    timer.schedule(deadline: .now(), repeating: .milliseconds(200))
    continuation.resume()
    timer.resume()
  }

  deinit { close() }

  /// Draws what is to be seen now.
  func draw() {
    isOpen.withLock { isOpen in
      if isOpen { Terminal.draw(lines(Terminal.size)) }
    }
  }

  /// Draws for the last time, and leaves on the terminal what is drawn.
  func close() {
    isOpen.withLock { isOpen in
      guard isOpen else { return }
      isOpen = false
      timer.cancel()
      continuation.cancel()
      Terminal.draw(lines(Terminal.size))
      Terminal.leaveRegion()
    }
  }
}
