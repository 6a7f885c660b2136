import Foundation
import PETL
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite("Images in files")
struct ImageFilesTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.copy(image: "sampling-444.jpg", to: "mine/a.jpg")
    try folder.copy(image: "bad/truncated.jpg", to: "mine/b.jpg")
    try folder.copy(image: "grey.jpg", to: "mine/c.jpg")
    try folder.copy(image: "bad/text.jpg", to: "mine/d.jpg")
    try folder.write("a.jpg 0\nb.jpg 1\nc.jpg 2\nd.jpg 0\n", to: "mine/test.txt")
  }

  private func source(_ task: String = "mine") throws -> ImageSource {
    try #require(Dataset(vtab: folder.path, task: task, classes: 3).test)
  }

  @Test("that are damaged are named with their line, all at once")
  func fail() throws {
    let source = try source()
    let found = mistakes(in: folder) { _ = try source.prepared(Preprocessing(), size: 8) }
    let lines = found.split(separator: "\n").filter { $0.contains("error") }
    #expect(lines.count == 2)
    #expect(
      found.hasPrefix(
        "ROOT/mine/test.txt:2:1: error: ROOT/mine/b.jpg: the JPEG file cannot be decoded: "))
    #expect(
      found.hasSuffix(
        """
        ROOT/mine/test.txt:4:1: error: ROOT/mine/d.jpg: this is no image
         4 | d.jpg 0
           | ^~~~~
          expected a JPEG or PNG image
        """))
  }

  @Test("that are damaged are left out when that is asked for, and counted")
  func skip() throws {
    let prepared = try source().prepared(Preprocessing(), size: 8, onError: .skip)
    #expect(prepared.images.labels == [0, 2])
    #expect(prepared.images.names == ["a.jpg", "c.jpg"])
    #expect(prepared.notes.words.count == 1)
    let note = prepared.notes.words[0].replacingOccurrences(of: folder.path, with: "ROOT")
    #expect(
      note.hasPrefix(
        "warning: 2 of 4 images of ROOT/mine/test.txt cannot be decoded and are left out: "
          + "ROOT/mine/test.txt:2: ROOT/mine/b.jpg: "))
    #expect(note.contains("; ROOT/mine/test.txt:4: ROOT/mine/d.jpg: this is no image"))
    // What is kept is what it is without the others.
    try folder.write("a.jpg 0\nc.jpg 2\n", to: "mine/test.txt")
    let alone = try source().prepared(Preprocessing(), size: 8).images
    #expect(alone.images == prepared.images.images)
  }

  @Test("are counted while they are decoded, for whoever asks on this thread")
  func progress() throws {
    let source = try source()
    let seen = Mutex<[ImageProgress]>([])
    try ImageProgress.told(to: { progress in seen.withLock { $0.append(progress) } }) {
      _ = try source.prepared(Preprocessing(), size: 8, onError: .skip)
      try ImageProgress.told(to: nil) {
        _ = try source.prepared(Preprocessing(), size: 8, onError: .skip)
      }
      let isTold = ImageProgress.observer != nil
      #expect(isTold)
    }
    let reports = seen.withLock { $0 }
    #expect(reports.map(\.done) == [4])
    #expect(reports.map(\.count) == [4])
    #expect(reports.first?.activity == .decoding)
    #expect(reports.first?.origin.hasSuffix("mine/test.txt") == true)
    let isTold = ImageProgress.observer != nil
    #expect(!isTold)
  }

  @Test("of which none can be decoded are an error, also when they may be left out")
  func nothingLeft() throws {
    try folder.write("b.jpg 0\nd.jpg 2\n", to: "mine/test.txt")
    let source = try source()
    let found = mistakes(in: folder) {
      _ = try source.prepared(Preprocessing(), size: 8, onError: .skip)
    }
    #expect(found.hasPrefix("error: none of the 2 images of ROOT/mine/test.txt can be decoded"))
  }

  @Test("give few shots by seed: the same each time, fewer a part of more, K of each class")
  func shots() throws {
    try folder.copy(image: "pixel.png", to: "set/cat/0.png")
    for index in 0..<30 {
      for name in ["cat", "dog", "emu"] {
        try? folder.copy(image: "pixel.png", to: "set/train/\(name)/\(index).png")
      }
    }
    try FileManager.default.removeItem(atPath: "\(folder.path)/set/cat")
    let set = try Dataset(folder: "\(folder.path)/set")
    func chosen(_ shots: Int, _ seed: Int) throws -> [String] {
      try #require(set.fewShot(shots, seed: seed).train?.files).items.map(\.name)
    }
    let four = try chosen(4, 7)
    #expect(four.count == 12)
    #expect(["cat", "dog", "emu"].map { name in four.count { $0.hasPrefix(name) } } == [4, 4, 4])
    // On every machine and in every version: results are compared between them.
    #expect(four.prefix(4) == ["cat/15.png", "cat/17.png", "cat/20.png", "cat/27.png"])
    #expect(try chosen(4, 7) == four)
    #expect(try chosen(4, 8) != four)
    #expect(Set(four).isSubset(of: try chosen(9, 7)))
    #expect(try set.fewShot(30, seed: 0).train?.count == 90)
    try FileManager.default.removeItem(atPath: "\(folder.path)/set/train/emu/3.png")
    let fewer = try Dataset(folder: "\(folder.path)/set")
    let found = mistakes(in: folder) { _ = try fewer.fewShot(30, seed: 0) }
    #expect(
      found == """
        error: 1 of 3 classes have fewer than 30 images in train: emu (29)
          choose fewer shots
        """)
  }
}
