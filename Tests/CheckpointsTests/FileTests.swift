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
