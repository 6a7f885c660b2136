import Datasets
import PETL
import Tokenization

/// The tokens of a text, and which of them are to be predicted.
public struct TokenizedText: Sendable, Hashable {
  /// The numbers of the tokens.
  public var ids: [Int]
  /// Whether each is to be predicted.
  public var counts: [Bool]
  /// The type of each, 1 in the second of two texts.
  public var types: [Int]

  /// Takes tokens, all of type 0.
  init(ids: [Int], counts: [Bool]) {
    (self.ids, self.counts) = (ids, counts)
    types = Array(repeating: 0, count: ids.count)
  }

  /// Tokenizes a text.
  ///
  /// The whole text is tokenized at once. A stretch of it begins after as many tokens as what stands before it has
  /// by itself, as evaluations of language models do it. A token that special tokens are added by does not count.
  ///
  /// - Parameters:
  ///   - record: the text; the special tokens of its network are put around it unless it has its own.
  ///   - tokenizer: of the network.
  public init(_ record: TextRecord, _ tokenizer: Tokenizer) {
    if let pair = record.pair {
      let both = tokenizer.encodePair(record.text, pair)
      (ids, types) = (both.ids, both.typeIDs)
      counts = Array(repeating: true, count: ids.count)
      return
    }
    ids = tokenizer.encode(record.text, addsSpecialTokens: !record.isFramed)
    types = Array(repeating: 0, count: ids.count)
    counts = Array(repeating: false, count: ids.count)
    let plain = record.isFramed ? ids : tokenizer.encode(record.text, addsSpecialTokens: false)
    // Special tokens stand before the text, or after it.
    let start = record.isFramed ? 0 : ids.firstRange(of: plain)?.lowerBound ?? 0
    var text = ""
    var begin = 0
    for (index, part) in record.parts.enumerated() {
      text += part.text
      let isLast = index == record.parts.count - 1
      let end =
        isLast
        ? plain.count
        : min(plain.count, tokenizer.encode(text, addsSpecialTokens: false).count)
      if part.counts, begin < end {
        for token in begin..<end where start + token < counts.count { counts[start + token] = true }
      }
      begin = max(begin, end)
    }
  }

  /// Tokenizes a text whose label is to be told: cut by the tokenizer, so that its special tokens stay.
  ///
  /// - Parameters:
  ///   - record: the text, or two.
  ///   - tokenizer: of the network.
  ///   - length: the most tokens, special ones counted.
  package init(_ record: TextRecord, _ tokenizer: Tokenizer, length: Int) {
    if let pair = record.pair {
      let both = tokenizer.encodePair(record.text, pair, length: length)
      (ids, types) = (both.ids, both.typeIDs)
    } else {
      ids = tokenizer.encode(record.text, addsSpecialTokens: !record.isFramed, length: length)
      types = Array(repeating: 0, count: ids.count)
    }
    counts = Array(repeating: true, count: ids.count)
  }
}
