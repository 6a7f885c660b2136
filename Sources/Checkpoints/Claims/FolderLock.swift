import Dispatch
import Foundation
import PETL

/// Keeps a second process of ours from working in a folder, on this host or on another that shares it.
///
/// The lock is a file `.petl-lock` in the folder, which names host and process, and whose time is set anew every
/// 20 seconds. It needs nothing of the file system but links, so that it holds between the hosts that share a
/// folder by NFS. A file that a crash left behind locks nothing: a process of this host is seen to have ended, and
/// one of another host is taken to have when nothing was heard of it for 100 seconds, by the clock of the folder's
/// server. A process whose lock was taken over, as one that was stopped for so long, ends.
///
/// ```swift
/// let lock = try FolderLock(folder)
/// defer { lock.release() }
/// ```
///
/// What changes of it is behind a lock of its own, and a timer may be cancelled on any thread, hence `Sendable`.
public final class FolderLock: @unchecked Sendable {
  /// The name of the lock's file, which is no part of what the folder holds.
  public static let fileName = ".petl-lock"

  /// How a try to lock something ended.
  public enum Attempt {
    /// This process holds the lock.
    case taken(FolderLock)
    /// Another holds it.
    case held(LockHolder)
  }

  /// What was found: the lock of a process that is gone, which was taken over; nil when there was none.
  public let takeover: String?

  private let lock: HeldLock
  private let heartbeat: any DispatchSourceTimer

  /// Locks a folder until `release()`, or until this object or the process ends.
  ///
  /// - Parameters:
  ///   - folder: must exist.
  ///   - hint: what else the user may do than wait, as in `choose another --output`.
  ///   - patience: how long to wait for another who holds it.
  /// - Throws: `DiagnosticError` with the process that holds it, or when the lock's file cannot be made, or
  ///   something else has its name.
  public convenience init(
    _ folder: String, hint: String? = nil, patience: Duration = .zero
  ) throws {
    let (place, claim) = (LockPlace(path: "\(folder)/\(Self.fileName)"), Claim())
    let deadline = ContinuousClock.now + patience
    var former: LockHolder?
    waiting: while true {
      switch try place.take(claim) {
      case .taken: break waiting
      case .takenOver(let holder):
        former = holder
        break waiting
      case .held(let holder):
        guard ContinuousClock.now < deadline else {
          throw DiagnosticError(
            "\(folder): \(holder.name) is working in this folder",
            hints: ["wait until \(holder.end)"] + (hint.map { [$0] } ?? []))
        }
        usleep(200_000)
      }
    }
    self.init(place, claim, after: former)
  }

  /// Tries to lock something that has a file of any name for its lock.
  ///
  /// - Parameter path: of that file; its folder must exist.
  /// - Returns: the lock, or who holds it.
  /// - Throws: `DiagnosticError` when the file cannot be made, or something else has its name.
  public static func attempt(_ path: String) throws -> Attempt {
    let (place, claim) = (LockPlace(path: path), Claim())
    return switch try place.take(claim) {
    case .taken: .taken(FolderLock(place, claim, after: nil))
    case .takenOver(let holder): .taken(FolderLock(place, claim, after: holder))
    case .held(let holder): .held(holder)
    }
  }

  /// - Parameters:
  ///   - place: the file.
  ///   - claim: what it says.
  ///   - former: who held the lock before and is gone.
  ///   - rhythm: seconds between two signs of life.
  ///   - lost: is called when the lock is found to be another's.
  init(
    _ place: LockPlace, _ claim: Claim, after former: LockHolder?,
    rhythm: Double = LockPlace.rhythm, lost: @escaping @Sendable (LockPlace) -> Void = end
  ) {
    let lock = HeldLock(place, claim)
    self.lock = lock
    takeover = former.map { former in
      let silence = former.isHere ? "" : ", silent for \(Int(former.silence)) s,"
      return "\(place.path): \(former.name)\(silence) left this lock behind, which is taken over"
    }
    HeldLocks.add(lock)
    heartbeat = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    heartbeat.setEventHandler {
      if !lock.renew() { lost(place) }
    }
    heartbeat.schedule(deadline: .now() + rhythm, repeating: rhythm)
    heartbeat.resume()
  }

  deinit { release() }

  /// Unlocks the folder and removes the file.
  public func release() {
    heartbeat.cancel()
    HeldLocks.release(lock)
  }

  /// Ends this process, which would write over what another writes.
  @Sendable private static func end(_ place: LockPlace) {
    let words =
      "error: \(place.path): another process has taken this lock over, as nothing was heard of this one for "
      + "too long; it ends, so that it writes nothing there\n"
    _ = writeAll(Array(words.utf8), to: 2)
    _exit(1)
  }
}
