import Foundation
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

  /// What a crash left locks nothing, whatever it holds.
  @Test(arguments: ["1\n", "", "123456789012345678901234567890\n"])
  func survivesACrash(_ leftover: String) throws {
    try withScratchFolder { folder in
      let path = "\(folder)/\(FolderLock.fileName)"
      try writeAtomically(Array(leftover.utf8), to: path)
      let lock = try FolderLock(folder)
      let own = ProcessInfo.processInfo.processIdentifier
      let held = try readFile(path, limit: 100)
      #expect(String(decoding: held, as: UTF8.self) == "\(own)\n")
      lock.release()
    }
  }

  /// One that holds the lock and has not yet written its number has no name.
  @Test func namesNobodyInTheFirstMoment() throws {
    try withScratchFolder { folder in
      let file = try POSIXFile(changing: "\(folder)/\(FolderLock.fileName)")
      defer { file.close() }
      let isLocked = try file.lock()
      #expect(isLocked)
      expectComplaint("another process is working") { try FolderLock(folder) }
    }
  }

  /// A process that this one starts does not keep the lock after it.
  @Test func isNotInherited() throws {
    try withScratchFolder { folder in
      let file = try POSIXFile(changing: "\(folder)/\(FolderLock.fileName)")
      let isLocked = try file.lock()
      #expect(isLocked)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sleep")
      process.arguments = ["60"]
      try process.run()
      defer { process.terminate() }
      file.close()
      // The very file that the child could have kept open.
      try FolderLock(folder).release()
      #expect(process.isRunning)
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
      expectComplaint("\(folder)/none/.petl-lock") { try FolderLock("\(folder)/none") }
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
}
