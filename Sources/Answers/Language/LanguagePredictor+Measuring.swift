import Backbones
import Datasets
import Foundation
import Networks
import PETL

/// How well a decoder predicts the tokens of texts.
public struct TextFigures: Sendable, Encodable {
  /// How many tokens were predicted.
  public let tokens: Int
  /// The mean cross-entropy, in nats a token.
  public let loss: Double
  /// exp of the loss.
  public var perplexity: Double { exp(loss) }
  /// How many texts there were.
  public let texts: Int
  /// The most tokens that were read at once.
  public let length: Int

  private enum Key: CodingKey { case tokens, loss, perplexity, texts, length }

  /// Writes all figures, the perplexity among them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(loss, forKey: .loss)
    try container.encode(perplexity, forKey: .perplexity)
    try container.encode(texts, forKey: .texts)
    try container.encode(length, forKey: .length)
  }
}

extension LanguagePredictor {
  /// The most tokens that are read at once where nobody says (our choice).
  private static let usualLength = 2048

  /// Measures how well the tokens of texts are predicted.
  ///
  /// Texts are cut into stretches that do not overlap. Each token is predicted from those before it in its stretch;
  /// the first of a stretch is not predicted. Where the tokenizer puts a token before texts, it stands before each
  /// text, not before each stretch.
  ///
  /// - Parameters:
  ///   - records: the texts.
  ///   - length: the most tokens of a stretch; nil for what the network was made for, at most 2048.
  ///   - batchSize: stretches at once.
  /// - Returns: the figures over all tokens that count.
  /// - Throws: `DiagnosticError` when the network predicts no tokens, the length does not fit it, or no token
  ///   counts.
  public func measure(
    _ records: [TextRecord], length: Int? = nil, batchSize: Int
  ) throws -> TextFigures {
    let decoder = try decoder(to: "measure a text")
    let longest = configuration.longestText ?? configuration.context
    if let length {
      guard length >= 2 else {
        throw DiagnosticError(
          "a length of \(length) predicts nothing", hints: ["expected at least 2"])
      }
      if let most = configuration.longestText, length > most {
        throw DiagnosticError(
          "\(name) has positions for \(most) tokens, fewer than a length of \(length)")
      }
    }
    try refusePairs(records)
    let length = length ?? min(longest, Self.usualLength)
    let windows = TextWindows(records.map { TokenizedText($0, tokenizer) }, length: length)
    var (tokens, sum) = (0, 0.0)
    for (batch, targets) in windows.batches(batchSize) {
      let logs = noGradient {
        decoder.logProbabilities(
          decoder.hidden(batch, adapters: adapters, pass: pass(batch.count)), targets: targets)
      }
      for (log, target) in zip(logs, targets) where target != nil {
        tokens += 1
        sum -= Double(log)
      }
    }
    guard tokens > 0 else {
      throw DiagnosticError("there is no token to predict: each text has one token at most")
    }
    return TextFigures(
      tokens: tokens, loss: sum / Double(tokens), texts: records.count, length: length)
  }
}
