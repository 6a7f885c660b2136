import Foundation
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file of a lock: it is there while somebody holds the lock.
///
/// It is made by a link to a file that is complete, which one of several hosts alone succeeds with on NFS too. Who
/// removes or replaces it makes the folder `FILE-after-TOKEN` before, which again one alone succeeds with, so that
/// of several that find the same claim stale one takes it over, and nobody removes the claim of the next.
struct LockPlace: Sendable {
  /// How a try to take the lock ended.
  enum Outcome {
    /// It is held by this process now.
    case taken
    /// It is, and this one held it before, who is gone.
    case takenOver(LockHolder)
    case held(LockHolder)
  }

  /// Seconds after which a holder says that it is still there.
  static let rhythm = 20.0
  /// Seconds of silence after which a holder is taken to be gone.
  static let patience = 5 * rhythm

  let path: String
  /// Gives a file another name, and the system's error number; 0 when it has both.
  var join: @Sendable (_ file: String, _ name: String) -> Int32 = { file, name in
    unsafe link(file, name) == 0 ? 0 : errno
  }

  /// Tries to take the lock.
  ///
  /// - Parameter claim: what the file is to say.
  /// - Returns: whether it is held now, and by whom.
  /// - Throws: `DiagnosticError` when no file can be made, or when something else has its name.
  func take(_ claim: Claim) throws -> Outcome {
    let draft = "\(path)-\(claim.token)"
    try claim.write(to: draft)
    defer { removeFileIfPresent(draft) }
    let deadline = ContinuousClock.now + .seconds(2)
    while true {
      if try isPlaced(draft, claim) { return .taken }
      if let holder = try holder(against: draft) {
        guard holder.isGone else { return .held(holder) }
        if try replace(holder, by: draft) { return .takenOver(holder) }
        guard ContinuousClock.now < deadline else { return .held(holder) }
      }
      // Somebody else is about to replace it, or has; or it was released just now.
      usleep(5_000)
    }
  }

  /// Says that the holder is still there.
  ///
  /// - Returns: false when the lock is another's. A file that was removed is made again.
  func renew(_ claim: Claim) -> Bool {
    if let found = Claim(at: path) {
      if found == claim { touch(path) }
      return found == claim
    }
    // Where the folder cannot be reached there is nothing to say.
    guard let outcome = try? take(claim), case .held = outcome else { return true }
    return false
  }

  /// Removes the file, unless it is another's.
  func release(_ claim: Claim) {
    _ = try? afterwards(claim.token) {
      if Claim(at: path) == claim { removeFileIfPresent(path) }
    }
  }

  /// Gives the finished draft the name of the lock, unless something has it.
  private func isPlaced(_ draft: String, _ claim: Claim) throws -> Bool {
    switch join(draft, path) {
    case 0: return true
    case EEXIST:
      // On NFS an answer that was lost makes the second try fail; the file then has both names.
      return Claim(at: path) == claim
    case EPERM, ENOTSUP, ENOSYS, EMLINK, EOPNOTSUPP:
      // A file system without links.
      guard try FileKind(at: path, followingLinks: false) == nil else { return false }
      try claim.write(to: path)
      return true
    case let code: throw fileError("cannot lock", path, code: code)
    }
  }

  /// Who holds the lock; nil when nobody does.
  ///
  /// - Parameter draft: a file beside it, whose time tells what time it is there.
  /// - Returns: what is known of the holder.
  /// - Throws: `DiagnosticError` when something else has the name of the file.
  private func holder(against draft: String) throws -> LockHolder? {
    // By what opening says: NFS may have kept names and times from earlier.
    _ = isFolder(folder(of: path))
    guard let kind = try FileKind(at: path, followingLinks: false) else { return nil }
    try kind.requireFile(path)
    guard let file = try? POSIXFile(reading: path) else { return nil }
    defer { file.close() }
    let claim = Claim(at: path)
    touch(draft)
    let own = try POSIXFile(reading: draft)
    defer { own.close() }
    // A time that is to come is one of before the server's clock was set: who is alive sets it anew.
    let silence = abs(try own.modified() - file.modified())
    let isKnown = claim?.holder.place == ProcessIdentity.own.place
    // Of a process of this system it is seen whether it is there, however long it was stopped.
    let isGone = claim?.holder.hasEnded == true || (!isKnown && silence > Self.patience)
    return LockHolder(identity: claim?.holder, silence: silence, isGone: isGone)
  }

  /// Puts the draft in the place of the claim of one who is gone.
  ///
  /// - Returns: false when somebody else does, or did.
  private func replace(_ holder: LockHolder, by draft: String) throws -> Bool {
    let claim = Claim(at: path)
    return try afterwards(claim?.token ?? "unknown", draft: draft) {
      let now = try self.holder(against: draft)
      guard now?.isGone == true, Claim(at: path) == claim else { return false }
      try renameFile(draft, to: path)
      return true
    } ?? false
  }

  /// Does something that one alone may do to the file while it has this claim.
  ///
  /// - Parameters:
  ///   - token: of the claim.
  ///   - draft: a file beside it whose time is that of now; with one, what a killed process left is removed.
  ///   - body: does it.
  /// - Returns: what it gives; nil when somebody else is doing that.
  /// - Throws: what `body` throws, and `DiagnosticError` when the folder cannot be made.
  private func afterwards<Result>(
    _ token: String, draft: String? = nil, _ body: () throws -> Result
  ) throws -> Result? {
    let folder = "\(path)-after-\(token)"
    guard try createNewFolder(folder) else {
      if let draft, let age = Self.age(of: folder, against: draft), age > Self.patience {
        _ = unsafe rmdir(folder)
      }
      return nil
    }
    defer { _ = unsafe rmdir(folder) }
    return try body()
  }

  private static func age(of folder: String, against draft: String) -> Double? {
    guard let opened = try? POSIXFile(folder: folder) else { return nil }
    defer { opened.close() }
    guard let own = try? POSIXFile(reading: draft) else { return nil }
    defer { own.close() }
    guard let now = try? own.modified(), let then = try? opened.modified() else { return nil }
    return now - then
  }
}
