import Checkpoints
import Foundation
import Synchronization

/// Standard output, with which every word of a result goes: what cannot be written makes the program
/// fail, and never ends its work.
///
/// A reader that has gone, as `head` does, is no failure: nobody misses the words.
enum StandardOutput {
  /// The first error of the system; nothing is written after it.
  private static let failure = Mutex<Int32?>(nil)

  /// Writes all bytes, at once.
  static func write(_ bytes: [UInt8]) {
    failure.withLock { failure in
      guard failure == nil else { return }
      let code = writeAll(bytes, to: 1)
      if code != 0 { failure = code }
    }
  }

  /// The exit code that the program ends with: 1, after a sentence, when a success lost its words.
  static func ending(_ code: Int32) -> Int32 {
    let failure = failure.withLock { failure -> Int32? in
      // Some file systems tell only now that there is no space.
      if failure == nil { failure = closingError(of: 1) }
      return failure
    }
    guard let failure, failure != EPIPE else { return code }
    let reason = failure == EBADF ? "it is closed" : systemReason(failure)
    Terminal.complain("error: cannot write to standard output: \(reason)")
    return code == 0 ? 1 : code
  }
}
