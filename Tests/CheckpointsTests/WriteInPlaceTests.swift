import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// What is written in a folder stays in it, whatever its files are.
struct WriteInPlaceTests {
  private func text(_ path: String) throws -> String {
    String(decoding: try readFile(path, limit: 1000), as: UTF8.self)
  }

  @Test func appends() throws {
    try withScratchFolder { folder in
      try append([65], toFile: "\(folder)/log")
      try append([66, 67], toFile: "\(folder)/log")
      #expect(try text("\(folder)/log") == "ABC")
    }
  }

  @Test func followsNoLink() throws {
    try withScratchFolder { folder in
      let (victim, log) = ("\(folder)/victim", "\(folder)/log")
      try writeAtomically([65], to: victim)
      try FileManager.default.createSymbolicLink(atPath: log, withDestinationPath: victim)
      expectComplaint(
        "\(log): this is a symbolic link, and what is written must not land elsewhere"
      ) { try append([66], toFile: log) }
      #expect(try text(victim) == "A")
      let opened = try openAnew(log)
      #expect(writeAll([67], to: opened) == 0)
      close(opened)
      #expect(try text(victim) == "A")
      #expect(try text(log) == "C")
    }
  }

  /// A link that leads nowhere would make a file there.
  @Test func makesNoFileThroughALink() throws {
    try withScratchFolder { folder in
      let log = "\(folder)/log"
      try FileManager.default.createSymbolicLink(
        atPath: log, withDestinationPath: "\(folder)/elsewhere")
      expectComplaint("this is a symbolic link") { try append([66], toFile: log) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["log"])
    }
  }

  /// Copies by hard links, as backups are made, stay as they are.
  @Test func leavesTheOtherName() throws {
    try withScratchFolder { folder in
      let (copy, log) = ("\(folder)/copy", "\(folder)/log")
      try writeAtomically([65], to: copy)
      try FileManager.default.linkItem(atPath: copy, toPath: log)
      try append([66], toFile: log)
      #expect(try text(copy) == "A")
      #expect(try text(log) == "AB")
    }
  }

  @Test func locksThroughNoLink() throws {
    try withScratchFolder { folder in
      let (victim, lock) = ("\(folder)/victim", "\(folder)/\(FolderLock.fileName)")
      try writeAtomically([65], to: victim)
      try FileManager.default.createSymbolicLink(atPath: lock, withDestinationPath: victim)
      expectComplaint("\(lock): this is a symbolic link") { try FolderLock(folder) }
      try FileManager.default.removeItem(atPath: lock)
      try FileManager.default.linkItem(atPath: victim, toPath: lock)
      // What it says is no claim, and it is too new to be one that was left behind.
      expectComplaint("\(folder): another process is working in this folder") {
        try FolderLock(folder)
      }
      try FileManager.default.removeItem(atPath: lock)
      let made = unsafe mkfifo(lock, 0o600)
      #expect(made == 0)
      expectComplaint("\(lock): this is a named pipe, a file is expected") {
        try FolderLock(folder)
      }
      #expect(try text(victim) == "A")
    }
  }

  @Test func keepsToItsOwnFolders() throws {
    try withScratchFolder { folder in
      try createFolder("\(folder)/root/own")
      try createFolder("\(folder)/other")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/root/linked", withDestinationPath: "\(folder)/other")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/alias", withDestinationPath: "\(folder)/root")
      try writeAtomically([], to: "\(folder)/root/file")
      // The user's own name for the folder may be a link.
      try requireOwnFolders(of: "own/new/file", in: "\(folder)/alias")
      try requireOwnFolders(of: "linked", in: "\(folder)/root")
      expectComplaint("\(folder)/root/linked: this is a symbolic link") {
        try requireOwnFolders(of: "linked/file", in: "\(folder)/root")
      }
      expectComplaint("\(folder)/root/file: this is a file, a folder is expected") {
        try requireOwnFolders(of: "file/file", in: "\(folder)/root")
      }
    }
  }

  /// Nobody writes to the pipe: reading would wait for ever.
  @Test func readsNoPipe() throws {
    try withScratchFolder { folder in
      let pipe = "\(folder)/pipe"
      let made = unsafe mkfifo(pipe, 0o600)
      #expect(made == 0)
      let said = "\(pipe): this is a named pipe, a file is expected"
      expectComplaint(said) { try readFile(pipe, limit: 10) }
      expectComplaint(said) { try readStart(of: pipe, count: 10) }
      expectComplaint(said) { try SafetensorsFile(path: pipe) }
      expectComplaint("/dev/zero: this is a device, a file is expected") {
        try readFile("/dev/zero", limit: 10)
      }
    }
  }

  @Test func makesFoldersOrSaysWhyNot() throws {
    try withScratchFolder { folder in
      try createFolder("\(folder)/a/b/c")
      try createFolder("\(folder)/a/b/c/")
      try writeAtomically([], to: "\(folder)/file")
      expectComplaint("\(folder)/file/a: the folder cannot be made: Not a directory") {
        try createFolder("\(folder)/file/a")
      }
      expectComplaint("\(folder)/file: the folder cannot be made: File exists") {
        try createFolder("\(folder)/file")
      }
      #if os(Linux)
        // Below these there never is a folder.
        expectComplaint("the folder cannot be made") { try createFolder("/proc/a/b/c") }
      #endif
    }
  }

  /// Foundation's own sentence is the number of an error for some of these.
  @Test(arguments: [
    (CocoaError.Code.fileReadUnknown.rawValue, NSCocoaErrorDomain, "input or output"),
    (CocoaError.Code.fileWriteUnknown.rawValue, NSCocoaErrorDomain, "input or output"),
    (CocoaError.Code.fileWriteOutOfSpace.rawValue, NSCocoaErrorDomain, "No space left on device"),
    (Int(EIO), NSPOSIXErrorDomain, "Input/output error"),
    (Int(ENOTDIR), NSPOSIXErrorDomain, "Not a directory"),
  ])
  func saysTheReason(_ code: Int, _ domain: String, _ words: String) {
    let plain = NSError(domain: domain, code: code)
    #expect(systemReason(of: plain).contains(words))
    let wrapped = NSError(
      domain: NSCocoaErrorDomain, code: 256, userInfo: [NSUnderlyingErrorKey: plain])
    #expect(systemReason(of: wrapped).contains(words))
  }
}
