import Foundation
import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct FileTests {
  @Test func replacesAFile() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/file"
      try writeAtomically([1, 2, 3], to: path)
      try writeAtomically([4], to: path)
      #expect(try readFile(path, limit: 10) == [4])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test func saysWhyItCannotWrite() throws {
    try withScratchFolder { folder in
      let lost = complaint { try writeAtomically([1], to: "\(folder)/none/file") }
      #expect(lost.contains("cannot write \(folder)/none/file"))
      #expect(lost.contains("No such file"))
      let onFolder = complaint { try writeAtomically([1], to: folder) }
      #expect(onFolder.contains(folder))
      #expect(onFolder.contains("directory"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == [])
      let impossible = complaint { try writeAtomically([1], to: "\(folder)/a\0b") }
      #expect(impossible.contains("NUL"))
    }
  }

  /// A pipe is given the bytes and stays a pipe.
  @Test func writesToAPipe() async throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("pipe")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let reader = Task.detached { try FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() }
    try writeAtomically([1, 2, 3], to: path)
    #expect(try await reader.value == Data([1, 2, 3]))
    #expect(try FileKind(at: path, followingLinks: false) == .pipe)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["pipe"])
  }

  /// So is what a link of this process leads to; a link to a file is replaced, as ever.
  @Test func writesToAnOpenFile() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("file")
    try writeAtomically([9, 9, 9], to: file)
    let handle = try FileHandle(forUpdating: URL(filePath: file))
    let link = scratch.file("link")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "/proc/self/fd/\(handle.fileDescriptor)")
    try writeAtomically([1, 2], to: link)
    #expect(try FileKind(at: link, followingLinks: false) == .link)
    #expect(try readFile(file, limit: 10) == [1, 2])
    let plain = scratch.file("plain")
    try FileManager.default.createSymbolicLink(atPath: plain, withDestinationPath: file)
    try writeAtomically([7], to: plain)
    #expect(try FileKind(at: plain, followingLinks: false) == .file)
    #expect(try readFile(file, limit: 10) == [1, 2])
  }

  @Test func boundsWhatItReads() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/file"
      try writeAtomically([1, 2, 3], to: path)
      #expect(try readFile(path, limit: 3).count == 3)
      expectComplaint("larger than 2 bytes") { try readFile(path, limit: 2) }
      #expect(try readStart(of: path, count: 2) == [1, 2])
      expectComplaint("a folder") { try readFile(folder, limit: 2) }
    }
  }

  @Test func findsTheFolderOfAPath() {
    #expect(folder(of: "a") == ".")
    #expect(folder(of: "a/b") == "a")
    #expect(folder(of: "a/b/") == "a")
    #expect(folder(of: "/a") == "/")
    #expect(folder(of: "/a/b") == "/a")
  }
}
