import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Holders of locks on other hosts, of which only the time of a file is seen.
struct SilentHolderTests {
  /// One of another host is there as long as it is heard of; one of this, as long as it is there.
  @Test func theSilent() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      let claim = try writeFarClaim(to: path)
      let place = LockPlace(path: path)
      try age(path, by: 90)
      let words = complaint { try FolderLock(folder) }
      #expect(words.contains("process \(claim.holder.process) of host far is working"), "\(words)")
      #expect(words.contains("where it was killed, 100 seconds from then"), "\(words)")
      #expect(place.renew(claim))
      try age(path, by: 110)
      let lock = try FolderLock(folder)
      #expect(lock.takeover?.contains("of host far, silent for 11") == true)
      // The first one wakes, and finds that it has lost the lock.
      #expect(!place.renew(claim))
      place.release(claim)
      #expect(Claim(at: path)?.holder == .own)
      try age(path, by: 1000)
      expectComplaint("is working in this folder") { try FolderLock(folder) }
      lock.release()
    }
  }

  /// As where the clock of the folder's server was set back, or a folder was copied with its times.
  @Test func ofTheFuture() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      _ = try writeFarClaim(to: path)
      try age(path, by: -60)
      expectComplaint("of host far is working") { try FolderLock(folder) }
      try age(path, by: -31_000_000)
      let lock = try FolderLock(folder)
      #expect(lock.takeover?.contains("of host far") == true)
      lock.release()
    }
  }

  /// The claim of a process of another host.
  private func writeFarClaim(to path: String) throws -> Claim {
    var holder = ProcessIdentity.own
    (holder.host, holder.place) = ("far", "another")
    let claim = Claim(of: holder)
    try claim.write(to: path)
    return claim
  }
}

/// Sets the time of a file back.
func age(_ path: String, by seconds: Double) throws {
  try FileManager.default.setAttributes(
    [.modificationDate: Date() - seconds], ofItemAtPath: path)
}
