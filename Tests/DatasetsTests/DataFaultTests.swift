import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

/// What is wrong with data, and said by name.
@Suite("Faults of data")
struct DataFaultTests {
  @Test(
    "classes lost to a fraction are named, and so is what else cannot be seen",
    arguments: [
      ((0.5, nil), "rare (1 in val)"), ((0.3, 0.3), "pair (1 in val, 1 in test)"),
    ] as [((Double?, Double?), String)])
  func lostClasses(_ fractions: (Double?, Double?), _ lost: String) throws {
    let folder = try ScratchFolder()
    for (name, count) in [("common", 10), ("pair", 2), ("rare", 1)] {
      for index in 0..<count { try folder.copy(image: "pixel.png", to: "few/\(name)/\(index).png") }
    }
    let set = try Dataset(folder: folder.path + "/few", fractions: fractions)
    let warning =
      "warning: 1 class of few has no training image and cannot be learned: \(lost)"
    #expect(
      set.remarks(training: .train).words == [warning]
        + (fractions.1 == nil ? ["few has no test split"] : []))
    // Images of validation that are trained on are training images.
    let both = set.remarks(training: .trainAndVal).words
    #expect(both.isEmpty == (fractions.1 != nil))
  }

  @Test("numbers that no label has are named")
  func holes() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "1.png")
    func remarks(_ labels: [Int]) throws -> [String] {
      let lines = labels.map { "1.png,\($0),train\n1.png,\($0),val\n1.png,\($0),test\n" }
      try folder.write(lines.joined(), to: "set.csv")
      return try Dataset(csv: folder.path + "/set.csv").remarks(training: .train).words
        .filter { $0.contains("label") }
    }
    #expect(try remarks([0, 1, 2]).isEmpty)
    #expect(
      try remarks([1, 2]) == [
        "warning: no training image of set has the label 0, though labels go up to 2; if they "
          + "count from 1, class 0 is one that does not exist"
      ])
    #expect(
      try remarks([0, 3]) == [
        "warning: no training image of set has the label 1, 2, though labels go up to 3"
      ])
    #expect(
      try remarks([0, 1 << 20]) == [
        "the labels are taken for names, for 1048576 is not the number of a class, 0...1048575"
      ])
  }

  @Test(
    "labels that are no numbers of classes are refused before they count",
    arguments: [
      -1, 1 << 20, 100_000_000, 1 << 40, Int.max - 1, Int.max,
    ])
  func labels(_ label: Int) throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/set.safetensors"
    try SafetensorsWriter.write(
      [
        TensorRecord(
          name: "train_images", type: .u8, shape: [2, 1, 1, 1], bytes: [0, 1]),
        .int64("train_labels", shape: [2], [0, label]),
      ], metadata: [:], to: path)
    #expect(
      mistakes(in: folder) { _ = try Dataset(safetensorsSet: path) } == """
        error: ROOT/set.safetensors: tensor `train_labels`: image 1 has label \(label)
          expected the number of a class, 0...1048575
        """)
  }

  @Test("valid and dev are validation splits, and nothing beside them vanishes")
  func splits() throws {
    let folder = try ScratchFolder()
    for name in ["valid", "dev"] {
      for split in ["train", name, "test", "extra"] {
        try folder.copy(image: "pixel.png", to: "\(name)/\(split)/cat/1.png")
      }
      let set = try Dataset(folder: folder.path + "/" + name)
      #expect(set.splits == [.train, .val, .test, .trainAndVal])
      #expect(set.val?.files?.items.map(\.name) == ["cat/1.png"])
      #expect(set.notes.words == ["\(folder.path)/\(name)/extra is no split, and is not read"])
    }
    func found(_ name: String) -> String {
      mistakes(in: folder) { _ = try Dataset(folder: folder.path + "/" + name) }
    }
    try folder.copy(image: "pixel.png", to: "valid/val/cat/1.png")
    #expect(
      found("valid") == """
        error: ROOT/valid has 2 validation splits: val, valid
          keep one of them
        """)
    try folder.copy(image: "pixel.png", to: "case/train/cat/1.png")
    try folder.copy(image: "pixel.png", to: "case/Valid/cat/1.png")
    #expect(
      found("case") == """
        error: ROOT/case/Valid is not a split
          did you mean 'valid'? The splits are train, val, test
        """)
    // Alone they are classes.
    for (name, index) in [("valid", 1), ("valid", 2), ("invalid", 1), ("invalid", 2)] {
      try folder.copy(image: "pixel.png", to: "classes/\(name)/\(index).png")
    }
    #expect(try Dataset(unsplit: folder.path + "/classes").classes == ["invalid", "valid"])
    let alone = try Dataset(folder: folder.path + "/classes", fractions: (0.5, nil))
    #expect(alone.classes == ["invalid", "valid"])
  }

  @Test("a set without validation is said to have none")
  func missingSplits() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "a/train/cat/1.png")
    let set = try Dataset(folder: folder.path + "/a")
    #expect(set.remarks(training: .train).words == ["a has no validation and no test split"])
  }

  @Test("images in no folder of a class, and files of other names, are counted")
  func passedOver() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "a/train/cat/1.png")
    try folder.copy(image: "pixel.png", to: "a/train/2.png")
    try folder.write("", to: "a/train/cat/notes.txt")
    let root = folder.path + "/a/train"
    #expect(
      try Dataset(folder: folder.path + "/a").notes.words == [
        "warning: 1 image in no folder of a class: not read, such as \(root)/2.png",
        "1 file below \(root) with no image's name: passed over, such as \(root)/cat/notes.txt",
      ])
  }

  @Test("names that are not UTF-8 are refused with their bytes")
  func names() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "a/train/cat/1.png")
    let path = Array("\(folder.path)/a/train/cat/caf".utf8CString.dropLast()) + [-23, 0]
    let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
    try #require(file >= 0)
    close(file)
    for body in [
      { _ = try Dataset(folder: folder.path + "/a") },
      { _ = try ImageFiles(below: folder.path + "/a") },
    ] as [() throws -> Void] {
      #expect(
        mistakes(in: folder, body) == """
          error: ROOT/a/train/cat/caf\\xE9: this name is not UTF-8
            rename it; of Latin-1 names: convmv -r -f latin1 -t utf8 --notest ROOT/a/train/cat
          """)
    }
    #expect(escapedName([0xC3, 0xA9, 0xFF, 0x61]) == "é\\xFFa")
  }

  @Test("names of other bytes and the same text are one name")
  func equivalentNames() throws {
    let folder = try ScratchFolder()
    for name in ["e\u{301}", "\u{E9}"] {
      try folder.copy(image: "pixel.png", to: "a/train/\(name)/1.png")
    }
    #expect(
      mistakes(in: folder) { _ = try Dataset(folder: folder.path + "/a") }
        .contains("holds 2 folders of the name é, written with other bytes"))
  }

  @Test("a folder is entered once, whatever links lead to it")
  func links() throws {
    let folder = try ScratchFolder()
    func set(_ name: String, _ links: [(String, String)]) throws -> String {
      for label in ["a", "b"] {
        try folder.copy(image: "pixel.png", to: "\(name)/train/\(label)/1.png")
      }
      for (place, target) in links {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder.path)/\(name)/train/\(place)", withDestinationPath: target)
      }
      return mistakes(in: folder) { _ = try Dataset(folder: "\(folder.path)/\(name)") }
    }
    #expect(
      try set("loop", [("a/again", ".")]) == """
        error: ROOT/loop/train/a/again leads back to ROOT/loop/train/a: its images would count more \
        than once, without end
          remove the link
        """)
    // Each of two leads into the other: unchecked this doubles at every step and never ends.
    let both = try set("both", [("a/x", "../b"), ("b/y", "../a")])
    #expect(both.contains("ROOT/both/train/a/x/y leads back to ROOT/both/train/a"))
    #expect(both.contains("ROOT/both/train/a/x and ROOT/both/train/b are the same folder"))
    #expect(try set("beside", [("c", "/nowhere")]) == "no error")
  }

  @Test("an image in two splits or classes is named")
  func sharedImages() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "s/train/a/1.png")
    try folder.copy(image: "pixel.png", to: "s/train/b/2.png")
    try folder.copy(image: "pixel.png", to: "s/test/b/3.png")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/s/test/a", withIntermediateDirectories: true)
    try FileManager.default.linkItem(
      atPath: folder.path + "/s/train/a/1.png", toPath: folder.path + "/s/test/a/1.png")
    let root = folder.path + "/s"
    let warnings = try Dataset(folder: root).remarks(training: .train).words
      .filter { $0.hasPrefix("warning") }
    #expect(
      warnings == [
        "warning: the same file is in two splits or classes of s: \(root)/train/a/1.png of train "
          + "is also \(root)/test/a/1.png of test"
      ])
  }

  @Test("pipes are refused at once", .timeLimit(.minutes(20)))
  func pipes() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "pixel.png", to: "a/train/cat/1.png")
    for name in ["a/train/cat/2.png", "list.csv"] {
      #expect(unsafe mkfifo("\(folder.path)/\(name)", 0o600) == 0)
    }
    let pipe = folder.path + "/a/train/cat/2.png"
    #expect(
      mistakes(in: folder) { _ = try Dataset(folder: folder.path + "/a") }
        == "error: this is a pipe, a socket or a device, not a file: ROOT/a/train/cat/2.png")
    for body in [
      { _ = try Dataset(csv: folder.path + "/list.csv") }, { _ = try DecodedImage(path: pipe) },
    ] as [() throws -> Void] {
      #expect(
        mistakes(in: folder, body).contains("this is a named pipe, a file is expected"))
    }
  }
}
