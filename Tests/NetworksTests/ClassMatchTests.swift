import Datasets
import PETL
import TestSupport
import Testing

@testable import Networks

/// Classes of a head and those of a data set.
@Suite("Classes are matched by name")
struct ClassMatchTests {
  private func set(_ classes: [String], numbers: Bool = false, used: [Int]? = nil) throws -> Dataset
  {
    let labels = used ?? Array(classes.indices)
    return try Dataset(
      .init(name: "d", classes: classes, hasOnlyNumbers: numbers),
      test: LabelledImages(
        images: [UInt8](repeating: 0, count: labels.count), shape: [labels.count, 1, 1, 1],
        labels: labels, origin: .init(file: "d", images: "images", labels: "labels")))
  }

  private func head(_ names: [String]?, count: Int? = nil, words: Bool = false) -> HeadClasses {
    HeadClasses(owner: "h", count: count ?? names?.count ?? 0, names: names, areWords: words)
  }

  private func complaint(_ body: () throws -> ClassMatch) -> String {
    mistakes { _ = try body() }
  }

  @Test func orderMeansNothing() throws {
    let match = try head(["a", "b", "c"]).matched(with: set(["c", "a", "b"]))
    #expect((0..<3).map(match.index) == [2, 0, 1])
    #expect(!match.isIdentity)
    #expect(match.notes.isEmpty)
    #expect(match.names == ["a", "b", "c"])
    #expect(try head(["a", "b"]).matched(with: set(["a", "b"])).isIdentity)
  }

  @Test func aPartIsSaid() throws {
    let match = try head(["0", "1", "2"], words: true).matched(with: set(["1", "2"]))
    #expect((0..<2).map(match.index) == [1, 2])
    #expect(
      match.notes.map(\.sentence) == [
        "data set 'd' has images of 2 of the 3 classes of the head of h, which still answers with "
          + "all of them: '1', '2'"
      ])
  }

  @Test func unknownClassesAreNamed() throws {
    #expect(
      complaint { try head(["cat", "zebra"]).matched(with: set(["cat", "zebras", "owl"])) } == """
        error: the head of h does not know the classes 'zebras', 'owl' of data set 'd'
          'zebras': did you mean 'zebra'?
          head: 'cat', 'zebra'
          classes are matched by their names: rename or remove them, or ask petl predict
        """)
    // As many classes, in folders that count from another number.
    for words in [true, false] {
      let found = complaint {
        try head(["0", "1", "2"], words: words).matched(with: set(["1", "2", "3"]))
      }
      #expect(found.hasPrefix("error: the head of h does not know the class '3' of data set 'd'\n"))
    }
    #expect(
      complaint { try head(["a", "b"]).matched(with: set(["n01", "n02"])) } == """
        error: data set 'd' and the head of h have no class in common
          data set: 'n01', 'n02'
          head: 'a', 'b'
          classes are matched by their names; petl predict gives the logits on any images
        """)
    // A name that no image is of harms nothing.
    let unused = try head(["a", "b"]).matched(with: set(["a", "x", "b"], used: [0, 2]))
    #expect([0, 2].map(unused.index) == [0, 1])
  }

  @Test func numbersAreNumbers() throws {
    let numbers = try head(["0", "1", "2"]).matched(with: set(["0", "1", "2"], numbers: true))
    #expect(numbers.isIdentity)
    #expect(numbers.notes.isEmpty)
    #expect(
      complaint { try head(nil, count: 3).matched(with: set(["0", "1"], numbers: true)) }
        .hasPrefix("error: the head of h has 3 classes, data set 'd' has 2"))
    // A list that counts from 1, of folders 1, 2, 3.
    let holes = try head(["1", "2", "3"], words: true)
      .matched(with: set(["0", "1", "2", "3"], numbers: true, used: [1, 2, 3]))
    #expect((1...3).map(holes.index) == [0, 1, 2])
  }

  @Test func whatIsAssumedIsSaid() throws {
    let named = try head(["cat", "dog"]).matched(with: set(["0", "1"], numbers: true))
    #expect(named.isIdentity)
    #expect(named.names == ["cat", "dog"])
    try #require(named.notes.count == 1)
    #expect(named.notes[0].sentence.contains("it is assumed"))
    for names in [nil, ["0", "1"], ["LABEL_0", "LABEL_1"]] {
      let match = try head(names, count: 2).matched(with: set(["cat", "dog"]))
      #expect(match.names == ["cat", "dog"])
      #expect(match.notes.first?.sentence.contains("it is assumed") == true)
    }
    // Folders called 0 and 1 are names.
    #expect(
      complaint { try head(["0", "1"], words: true).matched(with: set(["cat", "dog"])) }
        .contains("no class in common"))
  }

  @Test func namesOfSeveralClasses() throws {
    let twice = head(["crane", "crane", "owl"])
    #expect(try twice.matched(with: set(["crane", "crane", "owl"])).isIdentity)
    #expect(try twice.matched(with: set(["owl"])).index(of: 0) == 2)
    #expect(
      complaint { try twice.matched(with: set(["crane", "owl"])) }
        .hasPrefix("error: 'crane' is the name of several classes of the head of h"))
  }
}
