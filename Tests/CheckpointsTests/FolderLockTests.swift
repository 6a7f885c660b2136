import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct FolderLockTests {
  @Test func keepsOthersOut() throws {
    try withScratchFolder { folder in
      let lock = try FolderLock(folder)
      let own = ProcessInfo.processInfo.processIdentifier
      let said = complaint { try FolderLock(folder, hint: "choose another folder") }
      #expect(said.contains("\(folder): process \(own) is working in this folder"), "\(said)")
      #expect(said.contains("choose another folder"), "\(said)")
      lock.release()
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
      try FolderLock(folder).release()
    }
  }

  /// It ends with the object, too.
  @Test func endsByItself() throws {
    try withScratchFolder { folder in
      do {
        let lock = try FolderLock(folder)
        withExtendedLifetime(lock) {}
      }
      let lock = try FolderLock(folder)
      lock.release()
    }
  }

  /// What the file says, for people too.
  @Test func saysWho() throws {
    try withScratchFolder { folder in
      let lock = try FolderLock(folder)
      defer { lock.release() }
      let own = ProcessInfo.processInfo.processIdentifier
      let claim = try #require(Claim(at: "\(folder)/\(FolderLock.fileName)"))
      #expect(claim.holder == .own)
      #expect(claim.holder.process == own)
      #expect(!claim.holder.host.isEmpty)
      #expect(!claim.holder.hasEnded)
      #expect(claim.since.hasPrefix("20"), "\(claim)")
    }
  }

  /// What was left behind locks nothing once it is old, whatever it holds; before, somebody may be about to
  /// write it.
  @Test(arguments: ["1\n", "", "{}", "{\"token\": \"../../x\"}"])
  func unreadable(_ leftover: String) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      try writeAtomically(Array(leftover.utf8), to: path)
      expectComplaint("\(folder): another process is working in this folder") {
        try FolderLock(folder)
      }
      try age(path, by: 101)
      let lock = try FolderLock(folder)
      #expect(lock.takeover?.contains("another process, silent for 10") == true)
      #expect(Claim(at: path)?.holder == .own)
      lock.release()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  /// A process of this host that ended is seen to have, at once; a number that another process has now
  /// is not taken for it.
  @Test(arguments: [false, true])
  func theDead(_ isNumberTaken: Bool) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sleep")
      process.arguments = [isNumberTaken ? "60" : "0"]
      try process.run()
      // Threads of a pool block SIGTERM, and so does what they start.
      defer { kill(process.processIdentifier, SIGKILL) }
      if !isNumberTaken { process.waitUntilExit() }
      var holder = ProcessIdentity.own
      (holder.process, holder.birth) = (process.processIdentifier, "1")
      try Claim(of: holder).write(to: path)
      let lock = try FolderLock(folder)
      let said = try #require(lock.takeover)
      #expect(
        said.contains("process \(process.processIdentifier) left this lock behind"), "\(said)")
      lock.release()
    }
  }

  /// Whoever lost the lock is told, once; a file that somebody removed is made again.
  @Test func signsOfLife() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      let (claim, losses) = (Claim(), Counter())
      let place = LockPlace(path: path)
      guard case .taken = try place.take(claim) else { throw DiagnosticError("not taken") }
      let lock = FolderLock(place, claim, after: nil, rhythm: 0.05) { _ in losses.add(1) }
      func wait(_ isReached: () -> Bool) {
        let deadline = Date() + 20
        while !isReached(), Date() < deadline { usleep(10_000) }
      }
      try age(path, by: 50)
      wait {
        (try? POSIXFile(reading: path).modified()).map { Date().timeIntervalSince1970 - $0 < 40 }
          == true
      }
      let time = try POSIXFile(reading: path).modified()
      #expect(Date().timeIntervalSince1970 - time < 40)
      try FileManager.default.removeItem(atPath: path)
      wait { Claim(at: path) == claim }
      #expect(Claim(at: path) == claim)
      try FileManager.default.removeItem(atPath: path)
      try Claim(of: .own).write(to: path + "2")
      try FileManager.default.moveItem(atPath: path + "2", toPath: path)
      wait { losses.value > 0 }
      usleep(200_000)
      #expect(losses.value == 1)
      lock.release()
      #expect(Claim(at: path) != nil)
    }
  }

  /// A process that ends without a word leaves no lock, unless it is killed.
  @Test func endsWithTheProcess() throws {
    let bench = try Bench()
    try bench.writeExperiment("epochs: 100000\n")
    for signal in [SIGTERM, SIGKILL] {
      let process = Process()
      process.executableURL = try Program.petl()
      process.arguments = ["run", "r.yaml", "--output", "run\(signal)", "--quiet"]
      process.currentDirectoryURL = URL(filePath: bench.folder)
      process.standardError = FileHandle.nullDevice
      try process.run()
      let (folder, deadline) = ("\(bench.folder)/run\(signal)", Date() + 60)
      while !FileManager.default.fileExists(atPath: "\(folder)/metrics.jsonl"), Date() < deadline {
        usleep(20_000)
      }
      #expect(
        Claim(at: "\(folder)/\(FolderLock.fileName)")?.holder.process == process.processIdentifier)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let isLeft = FileManager.default.fileExists(atPath: "\(folder)/\(FolderLock.fileName)")
      #expect(isLeft == (signal == SIGKILL))
      try FolderLock(folder).release()
    }
  }

  /// On a file system without links, and where the answer to a link that was made is lost.
  @Test(arguments: [EPERM, ENOTSUP, EEXIST])
  func linksThatFail(_ code: Int32) throws {
    try withScratchFolder { folder in
      let join: @Sendable (String, String) -> Int32 = { file, name in
        if code == EEXIST { _ = unsafe link(file, name) }
        return code
      }
      let place = LockPlace(path: "\(folder)/\(FolderLock.fileName)", join: join)
      let claim = Claim()
      guard case .taken = try place.take(claim) else { throw DiagnosticError("not taken") }
      #expect(Claim(at: place.path) == claim)
      guard case .held = try place.take(Claim()) else { throw DiagnosticError("taken twice") }
      #expect(Claim(at: place.path) == claim)
      place.release(claim)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
      let failing = LockPlace(path: place.path) { _, _ in EIO }
      expectComplaint("cannot lock \(place.path): Input/output error") { try failing.take(claim) }
    }
  }

  /// One who was killed while it took a lock over keeps nobody out for long.
  @Test func halfASuccession() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      var holder = ProcessIdentity.own
      holder.birth = "1"
      let claim = Claim(of: holder)
      try claim.write(to: path)
      let left = "\(path)-after-\(claim.token)"
      try createFolder(left)
      expectComplaint("is working in this folder") { try FolderLock(folder) }
      try age(left, by: 101)
      try FolderLock(folder).release()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }

  /// Waits for another.
  @Test func waits() throws {
    try withScratchFolder { folder in
      let lock = try FolderLock(folder)
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { lock.release() }
      try FolderLock(folder, patience: .seconds(30)).release()
    }
  }

  /// Many find the same stale lock: one takes it over.
  @Test func oneSuccessor() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      var holder = ProcessIdentity.own
      holder.birth = "1"
      for _ in 0..<50 {
        try Claim(of: holder).write(to: path)
        let locks = Locks()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
          if let lock = try? FolderLock(folder) { locks.add(lock) }
        }
        #expect(locks.count == 1)
        locks.releaseAll()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
      }
    }
  }

  /// Many at once: never two inside.
  @Test func oneAtATime() throws {
    try withScratchFolder { folder in
      let (inside, most, entries) = (Counter(), Counter(), Counter())
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<200 {
          guard let lock = try? FolderLock(folder) else { continue }
          entries.add(1)
          if inside.add(1) > 1 { most.add(1) }
          inside.add(-1)
          lock.release()
        }
      }
      let (overlaps, entered) = (most.value, entries.value)
      #expect(overlaps == 0, "\(overlaps) of \(entered)")
      #expect(entered > 0, "\(overlaps) of \(entered)")
    }
  }

  @Test func needsAFolder() throws {
    try withScratchFolder { folder in
      expectComplaint("\(folder)/none/.petl-lock-") { try FolderLock("\(folder)/none") }
    }
  }

  /// A number that threads share.
  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    var value: Int { lock.withLock { count } }

    @discardableResult
    func add(_ more: Int) -> Int {
      lock.withLock {
        count += more
        return count
      }
    }
  }

  /// Locks that threads share.
  private final class Locks: @unchecked Sendable {
    private let lock = NSLock()
    private var locks: [FolderLock] = []

    var count: Int { lock.withLock { locks.count } }
    func add(_ more: FolderLock) { lock.withLock { locks.append(more) } }
    func releaseAll() {
      lock.withLock {
        for held in locks { held.release() }
        locks = []
      }
    }
  }
}
