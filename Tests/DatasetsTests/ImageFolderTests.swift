import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("Folders of classes")
struct ImageFolderTests {
  @Test("are read in Python's order, with folders in them, without what is no image")
  func order() throws {
    let folder = try ScratchFolder()
    for name in [
      "train/b/2.PNG", "train/b/10.jpg", "train/b/more/1.jpeg", "train/Z/1.jpg", "train/é/1.jpg",
    ] {
      try folder.copy(image: "grey.jpg", to: name)
    }
    try folder.copy(image: "grey.jpg", to: "test/b/1.jpg")
    try folder.write("", to: "train/b/Thumbs.db")
    try folder.copy(image: "grey.jpg", to: "train/b/.hidden.jpg")
    try folder.write("", to: "README.txt")
    let set = try Dataset(folder: folder.path)
    #expect(set.classes == ["Z", "b", "é"])
    #expect(set.splits == [.train, .test])
    #expect(
      set.train?.files?.items.map(\.name)
        == ["Z/1.jpg", "b/10.jpg", "b/2.PNG", "b/more/1.jpeg", "é/1.jpg"])
    #expect(set.train?.labels == [0, 1, 1, 1, 2])
    #expect(set.test?.labels == [1])
  }

  @Test("without splits are cut class by class, by a seed")
  func fractions() throws {
    let folder = try ScratchFolder()
    for index in 0..<10 {
      try folder.copy(image: "pixel.png", to: "cat/\(index).png")
      if index < 5 { try folder.copy(image: "pixel.png", to: "dog/\(index).png") }
    }
    func cut(_ seed: Int, _ fractions: (val: Double?, test: Double?) = (0.2, 0.4)) throws
      -> [[String]]
    {
      let set = try Dataset(folder: folder.path, fractions: fractions, seed: seed)
      return [set.train, set.val, set.test].map { $0?.files?.items.map(\.name) ?? [] }
    }
    let parts = try cut(1)
    #expect(parts.map(\.count) == [6, 3, 6])
    #expect(parts.map { $0.count { $0.hasPrefix("cat") } } == [4, 2, 4])
    #expect(Set(parts.joined()).count == 15)
    #expect(try cut(1) == parts)
    #expect(try cut(2) != parts)
    // A test split more does not change what is for validation.
    #expect(try cut(1, (0.2, nil))[1] == parts[1])
    let nothing = mistakes(in: folder) { _ = try cut(1, (0.01, nil)) }
    #expect(nothing.hasPrefix("error: the fraction 0.01 of ROOT is no image"))
    let all = mistakes(in: folder) { _ = try cut(1, (0.5, 0.5)) }
    #expect(all == "error: the fractions leave nothing of ROOT to train on")
  }

  @Test("with a mistake are refused, and all mistakes are named")
  func wrong() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "grey.jpg", to: "train/cat/1.jpg")
    try folder.copy(image: "grey.jpg", to: "train/dog/1.webp")
    try folder.copy(image: "grey.jpg", to: "train/dog/2.jpg")
    try folder.write("", to: "train/emu/notes.txt")
    try folder.copy(image: "grey.jpg", to: "val/cta/1.jpg")
    let found = mistakes(in: folder) { _ = try Dataset(folder: folder.path) }
    #expect(
      found == """
        error: ROOT/train/dog/1.webp: .webp files are not read
          expected JPEG or PNG
        error: ROOT/train/emu holds no image
          expected .jpg, .jpeg or .png
        error: ROOT/val/cta is not a class of the other splits
          did you mean 'cat'?
        """)
  }

  @Test(
    "that cannot be read are not taken for empty ones",
    .enabled(if: getuid() != 0, "root may read everything"))
  func forbidden() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "grey.jpg", to: "train/cat/1.jpg")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: "\(folder.path)/train/cat")
    let found = mistakes(in: folder) { _ = try Dataset(folder: folder.path) }
    #expect(found.hasPrefix("error: the folder ROOT/train/cat cannot be read: "))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: "\(folder.path)/train/cat")
  }

  @Test("of another layout say what is expected")
  func layout() throws {
    let folder = try ScratchFolder()
    func found(_ name: String, _ fractions: (val: Double?, test: Double?) = (nil, nil)) -> String {
      mistakes(in: folder) { _ = try Dataset(folder: folder.path + name, fractions: fractions) }
    }
    #expect(
      found("") == """
        error: ROOT holds no folders
          expected train/CLASS/*.jpg, val/…, test/…, or CLASS/*.jpg
        """)
    #expect(found("/no") == "error: there is no folder 'ROOT/no'")
    try folder.copy(image: "grey.jpg", to: "a/cat/1.jpg")
    #expect(
      found("/a") == """
        error: ROOT/a has no folders train, val, test
          if its folders are classes, say which part of each is for validation or for test: \
        data.val_fraction, data.test_fraction
        """)
    try folder.copy(image: "grey.jpg", to: "b/train/cat/1.jpg")
    try folder.copy(image: "grey.jpg", to: "b/validation/cat/1.jpg")
    #expect(
      found("/b") == """
        error: ROOT/b/validation is not a split
          did you mean 'val'? The splits are train, val, test
        """)
    try folder.copy(image: "grey.jpg", to: "c/train/cat/1.jpg")
    try folder.copy(image: "grey.jpg", to: "c/val/cat/1.jpg")
    #expect(
      found("/c", (0.5, nil)) == """
        error: ROOT/c/val is there, and data.val_fraction would cut off another
          remove one of them
        """)
    try folder.write("", to: "d/train/a.jpg")
    #expect(
      found("/d") == """
        error: ROOT/d/train holds no folders
          expected one folder for each class
        """)
  }
}
