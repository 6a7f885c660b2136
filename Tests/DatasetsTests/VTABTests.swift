import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("VTAB-1K")
struct VTABTests {
  @Test("has 19 tasks in three groups")
  func tasks() {
    #expect(VTAB.tasks.count == 19)
    let counts = VTAB.Group.allCases.map { group in VTAB.tasks.count { $0.group == group } }
    #expect(counts == [7, 4, 8])
    #expect(VTAB.tasks.reduce(0) { $0 + $1.classes } == 940)
    let names = VTAB.tasks.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    #expect(VTAB.task(named: "Pets")?.name == "oxford_iiit_pet")
    #expect(VTAB.task(named: "cifar_100")?.classes == 100)
    #expect(VTAB.task(named: "mnist") == nil)
  }

  @Test("has groups in either spelling", arguments: ["specialised", "Specialized", "SPECIALIZED"])
  func groups(_ name: String) {
    #expect(VTAB.Group(name) == .specialised)
    #expect(VTAB.Group("other") == nil)
  }

  @Test("is read from its lists: paths with spaces, any name of the task, a list for train+val")
  func lists() throws {
    let folder = try ScratchFolder()
    for name in ["a.jpg", "b c.jpg", "d.jpg"] {
      try folder.copy(image: "grey.jpg", to: "pcam/images/\(name)")
    }
    try folder.write("images/a.jpg 0\nimages/b c.jpg 1\n", to: "pcam/train800.txt")
    try folder.write("images/d.jpg 1\r\n", to: "pcam/val200.txt")
    try folder.write(
      "images/d.jpg 1\nimages/a.jpg 0\nimages/b c.jpg 1\n\n", to: "pcam/train800val200.txt")
    try folder.write("\nimages/d.jpg 1", to: "pcam/test.txt")
    let set = try Dataset(vtab: folder.path, task: "patch_camelyon")
    #expect(set.name == "patch_camelyon")
    #expect(set.classes == ["0", "1"])
    #expect(set.description.group == "specialised")
    #expect(set.splits == [.train, .val, .test, .trainAndVal])
    #expect(set.train?.files?.items.map(\.name) == ["images/a.jpg", "images/b c.jpg"])
    #expect(set.train?.labels == [0, 1])
    // In the order of its own list, not of the two halves.
    #expect(try set.images(of: .trainAndVal).labels == [1, 0, 1])
    let images = try set.images(of: .trainAndVal).prepared(Preprocessing(), size: 8).images
    #expect(images.shape == [3, 8, 8, 3])
    #expect(images.labels == [1, 0, 1])
    #expect(images.names == ["images/d.jpg", "images/a.jpg", "images/b c.jpg"])
  }

  @Test("names every mistake of its lists at once, with file and line")
  func mistakesOfLists() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "grey.jpg", to: "pets/a.jpg")
    try folder.write(
      "a.jpg 0\na.jpg\na.jpg x\na.jpg 37\nb.jpg 1\na.jpg -1\n. 1\n", to: "pets/train800.txt")
    try folder.write("", to: "pets/val200.txt")
    try folder.write("a.jpg 0 \na.jpg  1\n", to: "pets/test.txt")
    let found = mistakes(in: folder) { _ = try Dataset(vtab: folder.path, task: "pets") }
    #expect(
      found == """
        ROOT/pets/train800.txt:2:1: error: there is no space between a path and a class
         2 | a.jpg
           | ^~~~~
          expected a line such as images/test/000001.jpg 3
        ROOT/pets/train800.txt:3:7: error: the class 'x' is not a number
         3 | a.jpg x
           |       ^
          expected 0...36 after the last space
        ROOT/pets/train800.txt:4:7: error: the class 37 is not one of 0...36
         4 | a.jpg 37
           |       ^~
          oxford_iiit_pet has 37 classes
        ROOT/pets/train800.txt:5:1: error: there is no file ROOT/pets/b.jpg
         5 | b.jpg 1
           | ^~~~~
        ROOT/pets/train800.txt:6:7: error: the class -1 is not one of 0...36
         6 | a.jpg -1
           |       ^~
          oxford_iiit_pet has 37 classes
        ROOT/pets/train800.txt:7:1: error: this is a folder, not a file: ROOT/pets/.
         7 | . 1
           | ^
        error: ROOT/pets/val200.txt: the list names no image
        """)
  }

  @Test("says only how many mistakes there are beyond twenty")
  func manyMistakes() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: "a.jpg 0\n", count: 50), to: "dtd/test.txt")
    let found = mistakes(in: folder) { _ = try Dataset(vtab: folder.path, task: "dtd") }
    #expect(found.components(separatedBy: "there is no file").count == 21)
    #expect(found.hasSuffix("error: and 30 more mistakes in ROOT/dtd/test.txt"))
  }

  @Test("checks the number of classes, and the folder")
  func wrongFolders() throws {
    let folder = try ScratchFolder()
    try folder.copy(image: "grey.jpg", to: "svhn/a.jpg")
    try folder.write("a.jpg 3\n", to: "svhn/test.txt")
    try folder.copy(image: "grey.jpg", to: "mine/a.jpg")
    try folder.write("a.jpg 3\n", to: "mine/test.txt")
    try folder.copy(image: "grey.jpg", to: "empty/a.jpg")
    func found(_ root: String, _ task: String, _ classes: Int? = nil) -> String {
      mistakes(in: folder) {
        _ = try Dataset(vtab: root, task: task, classes: classes)
      }.split(separator: "\n").prefix(2).joined(separator: "\n")
    }
    let root = folder.path
    #expect(
      found(root, "svhn") == """
        error: ROOT/svhn: the classes of the lists end at 3, but svhn has 10
          give the folder another name, and 'classes', if it is another task
        """)
    #expect(
      found(root, "svhn", 4) == "error: VTAB's svhn has 10 classes, not 4\n  remove 'classes'")
    #expect(
      found(root, "shvn").hasPrefix("error: there is no VTAB task 'shvn'\n  did you mean 'svhn'?"))
    #expect(found(root, "mine").hasPrefix("error: there is no VTAB task 'mine'"))
    #expect(found(root, "mine", 4) == "no error")
    #expect(
      found(root, "min", 4) == "error: ROOT has no folder min\n  did you mean 'mine'?")
    #expect(
      found("\(root)/svhn", "svhn") == """
        error: ROOT/svhn is the folder of one task, 'path' is the folder of the tasks' folders
          leave out the last part of 'path', and give it as 'name'
        """)
    #expect(found("\(root)/no", "svhn") == "error: there is no folder 'ROOT/no'")
    #expect(found(root, "empty", 2).hasPrefix("error: ROOT/empty holds none of VTAB-1K's lists"))
  }

  @Test(
    "reads the real photographs",
    .enabled(if: RealData.isPresent, RealData.absence))
  func realPhotographs() throws {
    let set = try Dataset(vtab: RealData.folders, task: "signdigits", classes: 10)
    #expect([set.train?.count, set.val?.count, set.test?.count] == [240, 60, 150])
    #expect(try set.images(of: .trainAndVal).count == 300)
    let test = try #require(set.test).prepared(Preprocessing(), size: 32).images
    #expect(test.shape == [150, 32, 32, 3])
    #expect(Set(test.labels) == Set(0..<10))
    let asFolder = try Dataset(folder: RealData.folders + "/signdigits")
    #expect(asFolder.classes == (0..<10).map(String.init))
    #expect([asFolder.train?.count, asFolder.val?.count, asFolder.test?.count] == [240, 60, 150])
    let names = Set(set.test?.files?.items.map { "\($0.name) \($0.label)" } ?? [])
    #expect(Set(asFolder.test?.files?.items.map { "test/\($0.name) \($0.label)" } ?? []) == names)
  }
}
