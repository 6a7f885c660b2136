import Foundation

/// How many questions a model answers by the choice that it finds most probable.
public struct ChoiceFigures: Sendable, Encodable {
  /// How many questions there were.
  public let questions: Int
  /// The share whose right choice is the most probable one: `acc` of lm-evaluation-harness.
  public let accuracy: Double
  /// The same by the log-probability for each character: `acc_norm`.
  public let accuracyNormalized: Double
  /// The standard error of the accuracy, the deviation of right and wrong over √questions; nil of one question.
  public let standardError: Double?
  /// The standard error of the normalized accuracy.
  public let standardErrorNormalized: Double?
  /// How many choices did not fit after the whole question, which lost its beginning.
  public let shortened: Int
  /// The answers, in the order of the questions; not written with the figures.
  public let answers: [ChoiceAnswer]

  private enum CodingKeys: CodingKey {
    case questions, accuracy, accuracyNormalized, standardError, standardErrorNormalized, shortened
  }

  init(_ answers: [ChoiceAnswer], shortened: Int) {
    (questions, self.answers, self.shortened) = (answers.count, answers, shortened)
    let plain = Share(answers.map { $0.choice == $0.answer })
    let normalized = Share(answers.map { $0.choiceNormalized == $0.answer })
    (accuracy, standardError) = (plain.mean, plain.standardError)
    (accuracyNormalized, standardErrorNormalized) = (normalized.mean, normalized.standardError)
  }
}

/// The share of what is right.
struct Share {
  /// From 0 to 1.
  let mean: Double
  /// √(p (1 − p) / (n − 1)); nil of one.
  let standardError: Double?

  init(_ isRight: [Bool]) {
    let count = Double(isRight.count)
    mean = Double(isRight.count { $0 }) / count
    standardError = isRight.count > 1 ? (mean * (1 - mean) / (count - 1)).squareRoot() : nil
  }
}
