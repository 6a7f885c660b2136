import Datasets
import Foundation
import Networks
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Training

/// `mistakes.json` of a run.
@Suite struct MistakeFileTests {
  /// The counts are those of the test split, and every example is wrong as it says.
  @Test func images() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.recipe("epochs: 1\n"))
    let mistakes = try #require(try trial.folder.mistakes())
    let test = try #require(trial.summary.stages[0].test)
    #expect(mistakes.split == "test")
    #expect(mistakes.examples == test.examples)
    let right = mistakes.confusion.reduce(0) { $0 + ($1.label == $1.answer ? $1.count : 0) }
    #expect(Double(right) / Double(test.examples) == test.accuracy)
    #expect(mistakes.classes == trial.experiment.classes)
    #expect(mistakes.worst.count == min(12, test.examples - right))
    let digits = try #require(try trial.experiment.pipeline().test)
    for wrong in mistakes.worst {
      #expect(wrong.label == digits.labels[wrong.index] && wrong.label != wrong.answer)
      #expect(wrong.probability >= wrong.labelProbability && wrong.text == nil)
      let file = try #require(wrong.image)
      let picture = try DecodedImage(bytes: Array(file), name: "it")
      #expect(picture.pixels == digits.selecting([wrong.index]).images)
    }
    let order = mistakes.worst.map(\.labelProbability)
    #expect(order == order.sorted())
  }

  /// Without a test split those of the validation split; without either there are none.
  @Test func otherSplits() throws {
    let laboratory = try Laboratory()
    func run(_ name: String, _ data: String) throws -> (mistakes: Mistakes?, result: StageResult) {
      let trial = try laboratory.run(
        try laboratory.recipe("epochs: 2\nselection: best-val\n", data: data), in: name)
      return (try trial.folder.mistakes(), trial.summary.stages[0])
    }
    let (mistakes, result) = try run(
      "val", "{type: folder, path: \(try folders(laboratory)), val_fraction: 0.3}")
    let found = try #require(mistakes)
    #expect(found.split == "val")
    let right = found.confusion.reduce(0) { $0 + ($1.label == $1.answer ? $1.count : 0) }
    #expect(Double(right) / Double(found.examples) == result.validation?.accuracy)
    // Files have names.
    #expect(found.worst.allSatisfy { $0.name?.hasSuffix(".png") == true })
  }

  /// Two classes of small files.
  private func folders(_ laboratory: Laboratory) throws -> String {
    for (index, name) in ["a", "b"].enumerated() {
      for number in 0..<10 {
        let bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 * (index + 2) + number * 11) }
        let image = try LabelledImages(
          images: bytes, shape: [1, 8, 8, 1], labels: [0],
          origin: .init(file: "d", images: "images", labels: "labels")
        ).thumbnail(of: 0, side: 8)
        let path = "\(laboratory.folder)/files/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(image.png()).write(to: URL(filePath: "\(path)/\(number).png"))
      }
    }
    return laboratory.folder + "/files"
  }

  /// Texts have their beginnings; numbers and several labels have no such file.
  @Test func texts() throws {
    let laboratory = try TextLaboratory()
    let (folder, summary) = try laboratory.run(try laboratory.recipe("epochs: 1\n"))
    let mistakes = try #require(try folder.mistakes())
    #expect(mistakes.classes == ["x", "y", "z"])
    #expect(mistakes.examples == summary.stages[0].test?.examples)
    #expect(mistakes.worst.allSatisfy { $0.image == nil && $0.text?.isEmpty == false })
    #expect(
      mistakes.worst.allSatisfy {
        $0.name?.contains(":") == true && $0.name?.contains("/") == false
      })
    for kind in ["number", "several"] {
      let other = try TextLaboratory()
      let (folder, _) = try other.run(try other.recipe("epochs: 1\n", kind: kind))
      #expect(try folder.mistakes() == nil)
    }
  }

  @Test func longTexts() throws {
    let long = String(repeating: "word\n", count: 100)
    let picture = Mistakes.Picture(TextRecord([.init(long, counts: true)]))
    #expect(picture.text?.count == 160 && picture.text?.hasSuffix("…") == true)
    #expect(picture.text?.contains("\n") == false)
    let pair = Mistakes.Picture(TextRecord([.init(long, counts: true)], pair: "short"))
    #expect(pair.text?.split(separator: "\n").map(\.count) == [80, 5])
    #expect(pair.name == "line 1")
  }

  /// What no run leaves is refused, with its place.
  @Test func damaged() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.recipe("epochs: 1\n"))
    let path = trial.folder.file("mistakes.json")
    let good = try String(contentsOfFile: path, encoding: .utf8)
    func complained(_ text: String) throws -> String {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return complaint { try trial.folder.mistakes() }
    }
    #expect(try complained("{}").contains("not what a run says of its mistakes"))
    let other = good.replacing("\"confusion\":[[", with: "\"confusion\":[[99,0,1],[")
    #expect(try complained(other).contains("`confusion` is 99, expected 0 to 9"))
    let share = try #require(good.firstMatch(of: /"probability":[0-9.e-]+/))
    let large = good.replacing(share.0, with: "\"probability\":7")
    #expect(try complained(large).contains("`probability` is 7.0, expected a probability"))
    try FileManager.default.removeItem(atPath: path)
    #expect(try trial.folder.mistakes() == nil)
  }
}
