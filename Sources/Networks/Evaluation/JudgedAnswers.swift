import Foundation
import PETL

/// What a network answered to examples that have one class each: which classes were taken for which, and where it was
/// most wrong.
package struct JudgedAnswers: Sendable, Equatable {
  /// A wrong answer.
  package struct WrongAnswer: Sendable, Equatable {
    /// The example's place in the split.
    package let index: Int
    /// Its class.
    package let label: Int
    /// The class that it was taken for.
    package let answer: Int
    /// The probability of the class that it was taken for.
    package let probability: Double
    /// That of its own class: the less, the larger the cross-entropy.
    package let labelProbability: Double
    /// The cross-entropy.
    package let loss: Double
  }

  /// How many wrong answers are kept.
  package static let mostKept = 12

  /// Which classes were taken for which.
  package private(set) var confusion: ConfusionMatrix
  /// The wrong answers with the largest cross-entropy, that first; of equal ones the earlier example.
  package private(set) var worst: [WrongAnswer] = []
  private var count = 0

  /// None so far.
  package init(classes: Int) { confusion = ConfusionMatrix(classes: classes) }

  /// Adds the answers to the next examples.
  ///
  /// - Parameters:
  ///   - logits: [examples, classes], row by row.
  ///   - guesses: the class with the largest logit of each row.
  ///   - labels: the class of each example.
  package mutating func add(_ logits: [Float], guesses: [Int], labels: [Int]) {
    let classes = confusion.counts.count
    for (row, (guess, label)) in zip(guesses, labels).enumerated() {
      confusion.count(label, takenFor: guess)
      guard guess != label else { continue }
      let own = logits[row * classes..<(row + 1) * classes].map(Double.init)
      keep(Self.wrong(own, index: count + row, label: label, guess: guess))
    }
    count += labels.count
  }

  private mutating func keep(_ answer: WrongAnswer) {
    let place = worst.firstIndex { $0.loss < answer.loss } ?? worst.endIndex
    guard place < Self.mostKept else { return }
    worst.insert(answer, at: place)
    if worst.count > Self.mostKept { worst.removeLast() }
  }

  private static func wrong(
    _ logits: [Double], index: Int, label: Int, guess: Int
  ) -> WrongAnswer {
    let largest = logits[guess]
    let sum = logits.reduce(0) { $0 + exp($1 - largest) }
    let loss = log(sum) + largest - logits[label]
    return WrongAnswer(
      index: index, label: label, answer: guess, probability: 1 / sum,
      labelProbability: exp(-loss), loss: loss.isNaN ? .infinity : loss)
  }
}
