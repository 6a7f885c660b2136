import Datasets

/// How probable the choices of a question are.
public struct ChoiceAnswer: Sendable, Encodable {
  /// The number of the question's line in the file, from 1.
  public let line: Int
  /// The right choice, from 0.
  public let answer: Int
  /// The sum of the log-probabilities of each choice's tokens after the question, in nats.
  public let logProbabilities: [Double]
  /// The most probable choice; of equal ones the first.
  public let choice: Int
  /// The choice with the largest log-probability for each of its characters (Unicode scalars, without the space
  /// before it); of equal ones the first.
  public let choiceNormalized: Int

  init(_ question: ChoiceQuestion, _ logProbabilities: [Double]) {
    (line, answer) = (question.place.line, question.answer)
    self.logProbabilities = logProbabilities
    choice = Self.largest(logProbabilities)
    choiceNormalized = Self.largest(
      zip(logProbabilities, question.choices).map { $0 / Double($1.unicodeScalars.count) })
  }

  private static func largest(_ values: [Double]) -> Int {
    values.indices.dropFirst().reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }
}
