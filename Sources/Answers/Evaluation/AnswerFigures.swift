/// How many prompts a model answers rightly in its own words, and how much its answers differ.
public struct AnswerFigures: Sendable, Encodable {
  /// How many prompts there were.
  public let examples: Int
  /// What was compared.
  public let extraction: AnswerExtraction
  /// The share of answers that are the right one.
  public let exactMatch: Double
  /// The standard deviation of right and wrong, over √examples; nil of one prompt.
  public let standardError: Double?
  /// The share of GSM8K's texts whose last number is the right one; nil of other extractions.
  public let exactMatchFlexible: Double?
  /// The standard error of that.
  public let standardErrorFlexible: Double?
  /// How many answers ended because they had as many tokens as there may be.
  public let cut: Int
  /// How much what was written differs.
  public let diversity: TextDiversity

  /// Sums answers up.
  ///
  /// - Parameters:
  ///   - answers: at least one.
  ///   - extraction: what was compared.
  public init(_ answers: [GivenAnswer], _ extraction: AnswerExtraction) {
    (examples, self.extraction) = (answers.count, extraction)
    let strict = Share(answers.map(\.isRight))
    (exactMatch, standardError) = (strict.mean, strict.standardError)
    let flexible = answers.compactMap(\.isRightFlexible)
    let share = flexible.isEmpty ? nil : Share(flexible)
    (exactMatchFlexible, standardErrorFlexible) = (share?.mean, share?.standardError)
    cut = answers.count { $0.end == .length }
    diversity = TextDiversity(answers.map(\.text))
  }
}

extension AnswerExtraction: Encodable {}
