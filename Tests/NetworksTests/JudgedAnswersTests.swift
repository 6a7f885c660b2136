import Foundation
import PETL
import TestSupport
import Testing

@testable import Networks

@Suite("Answers are judged")
struct JudgedAnswersTests {
  /// A row with the logits 0 but one.
  private func row(_ guess: Int, _ logit: Float) -> [Float] {
    (0..<3).map { $0 == guess ? logit : 0 }
  }

  @Test("by class, and those that are most wrong come first")
  func order() {
    var judged = JudgedAnswers(classes: 3)
    judged.add(
      row(0, 4) + row(1, 2) + row(2, 3), guesses: [0, 1, 2], labels: [0, 0, 1])
    judged.add(row(2, 3) + row(0, 1), guesses: [2, 0], labels: [0, 2])
    #expect(judged.confusion.counts == [[1, 1, 1], [0, 0, 1], [1, 0, 0]])
    // Of the two with a logit of 3 the earlier comes first.
    #expect(judged.worst.map(\.index) == [2, 3, 1, 4])
    #expect(judged.worst.map(\.label) == [1, 0, 0, 2])
    #expect(judged.worst.map(\.answer) == [2, 2, 1, 0])
    let sum = exp(3.0) + 2
    #expect(abs(judged.worst[0].probability - exp(3.0) / sum) < 1e-12)
    #expect(abs(judged.worst[0].labelProbability - 1 / sum) < 1e-12)
    #expect(abs(judged.worst[0].loss - log(sum)) < 1e-12)
  }

  @Test("and twelve are kept, whatever the batches are", arguments: [1, 7, 40])
  func kept(_ batch: Int) {
    let logits = sample(40 * 3, 5)
    let guesses = Tensor(logits, shape: [40, 3]).largestPerRow()
    let labels = (0..<40).map { ($0 * 7) % 3 }
    var judged = JudgedAnswers(classes: 3)
    for start in stride(from: 0, to: 40, by: batch) {
      let range = start..<min(40, start + batch)
      judged.add(
        Array(logits[range.lowerBound * 3..<range.upperBound * 3]),
        guesses: Array(guesses[range]), labels: Array(labels[range]))
    }
    var whole = JudgedAnswers(classes: 3)
    whole.add(logits, guesses: guesses, labels: labels)
    #expect(judged == whole)
    #expect(judged.worst.count == 12)
    #expect(zip(judged.worst, judged.worst.dropFirst()).allSatisfy { $0.loss >= $1.loss })
    let wrong = zip(guesses, labels).count { $0 != $1 }
    #expect(wrong > 12)
  }

  @Test("also numbers that are none")
  func odd() {
    var judged = JudgedAnswers(classes: 2)
    judged.add([.nan, 0, .infinity, 0, 1, 0], guesses: [0, 0, 0], labels: [1, 1, 1])
    #expect(judged.worst.count == 3)
    #expect(judged.worst.last?.index == 2)
  }
}
