import Datasets
import Foundation
import Synchronization

/// Tells by lines how far the work on many images has come, if it takes long: after five seconds, then
/// every minute.
final class CountReport: Sendable {
  private let next = Mutex(Date() + 5)

  func tell(_ progress: ImageProgress) {
    let isDue = next.withLock { next in
      let now = Date()
      guard now >= next, progress.done < progress.count else { return false }
      next = now + 60
      return true
    }
    if isDue { Terminal.tell("\(progress.words), \(progress.origin)") }
  }
}

extension ImageProgress {
  /// Such as `decoding 1,200/10,000 images`.
  var words: String { "\(activity.rawValue) \(grouped(done))/\(grouped(count)) images" }
}
