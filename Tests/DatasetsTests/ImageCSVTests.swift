import Foundation
import PETL
import TestSupport
import Testing

@testable import Datasets

@Suite("CSV files of images")
struct ImageCSVTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    for name in ["a.jpg", "b.jpg", "c, d.jpg", "e\"f.jpg"] {
      try folder.copy(image: "grey.jpg", to: name)
    }
  }

  private func read(
    _ text: String, classes: Int? = nil, _ fractions: (val: Double?, test: Double?) = (nil, nil)
  ) throws -> Dataset {
    try folder.write(text, to: "set.csv")
    return try Dataset(csv: "\(folder.path)/set.csv", classes: classes, fractions: fractions)
  }

  private func found(
    _ text: String, classes: Int? = nil, _ fractions: (val: Double?, test: Double?) = (nil, nil)
  ) -> String {
    mistakes(in: folder) { _ = try read(text, classes: classes, fractions) }
  }

  @Test("with a header, quotes and names of classes")
  func header() throws {
    let set = try read(
      """
      \u{FEFF}id,Label,file,split\r
      1,dog,a.jpg,train\r
      2,"a ""big"" cat","c, d.jpg",val\r
      \r
      3, dog , "e""f.jpg" ,TEST\r
      """)
    #expect(set.name == "set")
    #expect(set.classes == ["a \"big\" cat", "dog"])
    #expect(set.splits == [.train, .val, .test, .trainAndVal])
    #expect(set.train?.labels == [1])
    #expect(set.val?.labels == [0])
    #expect(set.test?.labels == [1])
    #expect(set.val?.files?.items.map(\.name) == ["c, d.jpg"])
    #expect(set.test?.files?.items.map(\.name) == ["e\"f.jpg"])
    #expect(set.test?.files?.items[0].place?.line == 5)
  }

  @Test("without a header; numbers are the classes themselves")
  func noHeader() throws {
    let set = try read("a.jpg,2\nb.jpg,0\n")
    #expect(set.classes == ["0", "1", "2"])
    #expect(set.train?.labels == [2, 0])
    #expect(try read("a.jpg,2,train\nb.jpg,0,test\n", classes: 5).classes.count == 5)
    #expect(try read("a.jpg,2\nb.jpg,x\n").classes == ["2", "x"])
    let cut = try read("a.jpg,0\nb.jpg,0\na.jpg,0\nb.jpg,0\n", (0.25, 0.25))
    #expect([cut.train?.count, cut.val?.count, cut.test?.count] == [2, 1, 1])
  }

  @Test("with mistakes name them all, with their lines")
  func wrong() {
    #expect(
      found(
        "path,label,split\na.jpg,1,train\nx.jpg,1,test\nb.jpg,,test\nb.jpg,1\n,1,test\na.jpg,1,validation\n"
      )
        == """
        ROOT/set.csv:3:1: error: there is no file ROOT/x.jpg
         3 | x.jpg,1,test
           | ^~~~~
        ROOT/set.csv:4:7: error: the label is empty
         4 | b.jpg,,test
           |       ^
        ROOT/set.csv:5:1: error: this row has 2 cells
         5 | b.jpg,1
           | ^~~~~
          expected 3
        ROOT/set.csv:6:1: error: the path is empty
         6 | ,1,test
           | ^
        ROOT/set.csv:7:9: error: there is no split 'validation'
         7 | a.jpg,1,validation
           |         ^~~~~~~~~~
          did you mean 'val'?
        """)
    #expect(
      found("a.jpg,7\n", classes: 5) == """
        ROOT/set.csv:1:7: error: the class 7 is not below the number of classes
         1 | a.jpg,7
           |       ^
          expected 0...4
        """)
  }

  @Test("of another form say what is expected")
  func form() {
    #expect(found("") == "error: ROOT/set.csv: the file names no image")
    #expect(found("path,label\n") == "error: ROOT/set.csv: the file names no image")
    #expect(found("path,name\na.jpg,1\n").contains("the header has no column 'label'"))
    #expect(found("a.jpg\n").contains("the first row has 1 cells"))
    #expect(found("a,b,c,d\n").contains("the first row has 4 cells"))
    #expect(found("\"a.jpg,1\n").contains("set.csv:1:1: error: the quote is not closed"))
    #expect(
      found("\"a\"x,1\n").contains("set.csv:1:1: error: there is text after the closing quote"))
    #expect(
      found("a.jpg,x\n", classes: 3).contains(
        "the labels are names, so that 'classes' is not needed"))
    #expect(
      found("a.jpg,x,train\na.jpg,x,val\n", (0.5, nil))
        .contains("names val images, and data.val_fraction would cut off others"))
    #expect(found("a.jpg,x,tran\n").contains("did you mean 'train'?"))
  }
}
