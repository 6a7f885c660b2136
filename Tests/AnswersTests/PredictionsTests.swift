import Foundation
import PETL
import Testing

@testable import Answers
@testable import Networks

@Suite struct PredictionsTests {
  private func predictions(_ logits: [Float]?, classes: Int?) -> Predictions {
    let count = (logits?.count ?? 1) / (classes ?? 1)
    return Predictions(
      count: count, features: Array(repeating: 0, count: count), width: 1, logits: logits,
      classes: classes, labels: Array(repeating: 0, count: count), names: nil, notes: [])
  }

  /// The softmax of logits so large that its exponentials would not be finite; equal ones by number.
  @Test func top() {
    let found = predictions([1000, 1001, 1000, -5, -5, -5], classes: 3)
    let first = found.top(5, of: 0)
    #expect(first.map(\.label) == [1, 0, 2])
    #expect(abs(first[0].probability - 1 / (1 + 2 * exp(-1))) < 1e-12)
    let second = found.top(2, of: 1)
    #expect(second.map(\.label) == [0, 1])
    #expect(second.allSatisfy { abs($0.probability - 1.0 / 3) < 1e-12 })
    let bare = predictions(nil, classes: nil)
    #expect(bare.top(3, of: 0).isEmpty)
  }

  /// A logit that is no number comes last, and its image's probabilities are none.
  @Test func notANumber() {
    let found = predictions([.nan, 2, 3], classes: 3)
    let top = found.top(3, of: 0)
    #expect(top.map(\.label) == [2, 1, 0])
    #expect(top.allSatisfy { $0.probability.isNaN })
  }

  @Test func csv() {
    let text = csvText([["a", "b,c"], ["say \"hi\"", "two\nlines"]])
    #expect(text == "a,\"b,c\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n")
  }

  @Test func confusion() {
    var matrix = ConfusionMatrix(classes: 3)
    for (label, guess) in [(0, 0), (0, 1), (1, 1), (1, 1)] { matrix.count(label, takenFor: guess) }
    #expect(matrix.counts == [[1, 1, 0], [0, 2, 0], [0, 0, 0]])
    #expect(matrix.accuracy(of: 0) == 0.5)
    #expect(matrix.accuracy(of: 2) == nil)
    #expect(matrix.balancedAccuracy == 0.75)
  }

  /// Names with anything in them come back.
  @Test func classNames() {
    let names = ["plain", "with, comma", "quote \" and \\", "ü 猫", "line\nend"]
    #expect(ClassNames.read(ClassNames.metadata(names), count: 5) == names)
    #expect(ClassNames.read(ClassNames.metadata(names), count: 4) == nil)
    #expect(ClassNames.read([:], count: 5) == nil)
  }
}
