import Datasets
import Foundation

/// How well a decoder predicts the tokens of texts.
public struct TextFigures: Sendable, Encodable {
  /// How many tokens were predicted.
  public let tokens: Int
  /// The mean cross-entropy, in nats a token.
  public let loss: Double
  /// exp of the loss.
  public var perplexity: Double { exp(loss) }
  /// How many words and bytes what counts has; the first token of a stretch, which is not predicted, among them.
  public let size: TextSize
  /// How many texts there were.
  public let texts: Int
  /// The most tokens that were read at once.
  public let length: Int

  /// exp of the sum of the losses divided by the number of words; nil where there is no word.
  public var wordPerplexity: Double? { size.words > 0 ? exp(sum / Double(size.words)) : nil }
  /// exp of the sum of the losses divided by the number of bytes.
  public var bytePerplexity: Double { exp(sum / Double(size.bytes)) }
  /// The sum of the losses in bits, divided by the number of bytes.
  public var bitsPerByte: Double { sum / Double(size.bytes) / log(2) }

  private var sum: Double { loss * Double(tokens) }

  private enum Key: CodingKey {
    case tokens, loss, perplexity, words, wordPerplexity, bytes, bytePerplexity, bitsPerByte, texts,
      length
  }

  /// Writes all figures, the perplexities among them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(loss, forKey: .loss)
    try container.encode(perplexity, forKey: .perplexity)
    try container.encode(size.words, forKey: .words)
    try container.encodeIfPresent(wordPerplexity, forKey: .wordPerplexity)
    try container.encode(size.bytes, forKey: .bytes)
    try container.encode(bytePerplexity, forKey: .bytePerplexity)
    try container.encode(bitsPerByte, forKey: .bitsPerByte)
    try container.encode(texts, forKey: .texts)
    try container.encode(length, forKey: .length)
  }
}
