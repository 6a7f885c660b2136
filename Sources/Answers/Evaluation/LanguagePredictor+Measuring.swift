import Backbones
import Datasets
import Networks
import PETL

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
  /// - Throws: `DiagnosticError` when the network predicts no tokens, the length does not fit it, no token
  ///   counts, or the loss is not finite.
  public func measure(
    _ records: [TextRecord], length: Int? = nil, batchSize: Int
  ) throws -> TextFigures {
    let decoder = try decoder(to: "measure a text")
    try refusePairs(records)
    let length = try limit(
      length, otherwise: min(configuration.longestText ?? configuration.context, Self.usualLength))
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
    guard sum.isFinite else {
      throw DiagnosticError(
        "the loss is \(exact(sum)): a number in the weights, or in the adapter, is not finite",
        hints: ["petl inspect counts such numbers in each tensor"])
    }
    return TextFigures(
      tokens: tokens, loss: sum / Double(tokens), size: TextSize(counting: records),
      texts: records.count, length: length)
  }

  /// The most tokens that are read at once.
  ///
  /// - Parameters:
  ///   - length: what was asked for; nil for nothing.
  ///   - usual: where nothing was asked for.
  /// - Returns: one of both.
  /// - Throws: `DiagnosticError` when the network has too few positions, or nothing can be predicted.
  func limit(_ length: Int?, otherwise usual: Int) throws -> Int {
    guard let length else { return usual }
    guard length >= 2 else {
      throw DiagnosticError(
        "a length of \(length) predicts nothing", hints: ["expected at least 2"])
    }
    if let most = configuration.longestText, length > most {
      throw DiagnosticError(
        "\(name) has positions for \(most) tokens, fewer than a length of \(length)")
    }
    return length
  }
}
