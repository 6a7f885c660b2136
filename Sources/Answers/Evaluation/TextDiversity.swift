import Checkpoints
import Datasets
import Foundation

/// How much some texts differ, in themselves and from each other.
///
/// Words are what stands between white space, with their case and their punctuation, compared by their bytes.
public struct TextDiversity: Sendable, Encodable {
  /// How many texts there are.
  public let texts: Int
  /// How many words they have together.
  public let words: Int
  /// The number of different words over that of all words; nil without a word.
  ///
  /// All texts count together, as in Li and others 2016 (arXiv 1510.03055).
  public let distinct1: Double?
  /// The same of pairs of words that follow each other in a text; nil without a pair.
  public let distinct2: Double?
  /// The same of three words.
  public let distinct3: Double?
  /// The mean over texts of the BLEU-4 of each with all others as references; nil of fewer than two texts.
  ///
  /// The less, the more diverse (Zhu and others 2018, arXiv 1802.01886). Smoothed as NLTK's method 1.
  public let selfBLEU4: Double?
  /// The entropy of the distribution of words over all texts, in bits; nil without a word.
  public let entropy: Double?

  /// Compares texts.
  public init(_ texts: [String]) {
    let words = texts.map { $0.whitespaceWords.map { ExactName(String($0)) } }
    (self.texts, self.words) = (texts.count, words.reduce(0) { $0 + $1.count })
    let counts = (1...4).map { length in words.map { NGramCounts($0, length: length) } }
    let totals = counts.map { NGramCounts(sum: $0) }
    (distinct1, distinct2, distinct3) = (
      totals[0].distinct, totals[1].distinct, totals[2].distinct
    )
    selfBLEU4 = SelfBLEU(lengths: words.map(\.count), counts).mean
    let all = Double(totals[0].total)
    // In an order of its own, for the last bits of a sum depend on it.
    let shares = totals[0].counts.values.sorted().map { Double($0) / all }
    entropy = shares.isEmpty ? nil : shares.reduce(0) { $0 - $1 * log2($1) }
  }
}
