import Checkpoints
import Datasets

/// What a model wrote after a prompt, and whether it is right.
public struct GivenAnswer: Sendable, Encodable {
  /// The number of the prompt's line in the file, from 1.
  public let line: Int
  /// The prompt.
  public let prompt: String
  /// What the model wrote.
  public let text: String
  /// How many tokens that are.
  public let tokens: Int
  /// Why it ended.
  public let end: TextGeneration.End
  /// The right answer.
  public let reference: String
  /// The answer in the text; nil where there is none.
  public let answer: String?
  /// Whether both are the same.
  public let isRight: Bool
  /// The last number of the text with GSM8K's extraction; nil where there is none, and of other extractions.
  public let answerFlexible: String?
  /// Whether the last number is right, with GSM8K's extraction; nil of other extractions.
  public let isRightFlexible: Bool?

  /// How many tokens there are with those of the prompt; not written with the answer.
  public let length: Int
  /// Whether it ended because the network has no more positions; not written with the answer.
  public let isOutOfPositions: Bool

  private enum CodingKeys: String, CodingKey {
    case line, prompt, text, tokens, end, reference, answer, answerFlexible
    case isRight = "exactMatch"
    case isRightFlexible = "exactMatchFlexible"
  }

  init(
    _ prompt: AnsweredPrompt, reference: String, _ written: TextGeneration,
    _ extraction: AnswerExtraction
  ) {
    (line, self.prompt, self.reference) = (prompt.place.line, prompt.prompt, reference)
    (text, tokens, end) = (written.text, written.tokens.count, written.end)
    (length, isOutOfPositions) = (written.length, written.isOutOfPositions)
    answer = extraction.answer(in: written.text)
    isRight = answer.map(ExactName.init) == ExactName(reference)
    let isGSM8K = extraction == .gsm8k
    answerFlexible = isGSM8K ? AnswerExtraction.lastNumber(in: written.text) : nil
    isRightFlexible = isGSM8K ? answerFlexible == reference : nil
  }
}
