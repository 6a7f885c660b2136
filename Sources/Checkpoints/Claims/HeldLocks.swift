import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that this process holds until it is released, or lost.
final class HeldLock: Sendable {
  let place: LockPlace
  let claim: Claim
  /// Signs of life and the release wait for each other: a file that was removed stays so.
  private let isHeld = Mutex(true)

  init(_ place: LockPlace, _ claim: Claim) { (self.place, self.claim) = (place, claim) }

  /// Says that it is still held.
  ///
  /// - Returns: false, once, when it is another's.
  func renew() -> Bool {
    isHeld.withLock { isHeld in
      guard isHeld, !place.renew(claim) else { return true }
      isHeld = false
      return false
    }
  }

  func release() {
    isHeld.withLock { isHeld in
      if isHeld { place.release(claim) }
      isHeld = false
    }
  }
}

/// The locks of this process: those that are still held when it exits are released, so that nobody has to wait.
enum HeldLocks {
  private static let locks = Mutex<[String: HeldLock]>([:])
  /// Registered once.
  private static let ending: Void = {
    atexit { HeldLocks.releaseAll() }
  }()

  static func add(_ lock: HeldLock) {
    _ = ending
    locks.withLock { $0[lock.claim.token] = lock }
  }

  static func release(_ lock: HeldLock) {
    locks.withLock { $0[lock.claim.token] = nil }
    lock.release()
  }

  private static func releaseAll() {
    let left = locks.withLock { locks in
      defer { locks = [:] }
      return Array(locks.values)
    }
    for lock in left { lock.release() }
  }
}
