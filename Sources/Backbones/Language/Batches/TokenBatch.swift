public import PETL

/// The tokens of some texts, each filled up behind its end to the length of the longest.
///
/// What a text is filled up with changes nothing: no token sees it, and no statistic counts it.
public struct TokenBatch: Sendable, Hashable {
  /// The number of each token, text by text, each text `length` long; 0 where it is filled up.
  public let ids: [Int]
  /// How many tokens each text has, at least one.
  public let lengths: [Int]
  /// The type of each token, laid out as `ids`, such as 1 in the second of two sentences; nil for 0
  /// everywhere.
  public let types: [Int]?

  /// The tokens of the longest text.
  public let length: Int

  /// Lays texts out.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each; none is empty.
  ///   - types: a type for each token; nil for 0 everywhere.
  public init(_ texts: [[Int]], types: [[Int]]? = nil) {
    require(
      !texts.isEmpty && texts.allSatisfy { !$0.isEmpty }, "A batch has texts, and each has tokens.")
    require(
      types.map { $0.map(\.count) == texts.map(\.count) } ?? true,
      "There is a type for each token of each text.")
    let longest = texts.reduce(0) { max($0, $1.count) }
    func filled(_ rows: [[Int]]) -> [Int] {
      rows.flatMap { $0 + Array(repeating: 0, count: longest - $0.count) }
    }
    (ids, lengths, length) = (filled(texts), texts.map(\.count), longest)
    self.types = types.map(filled)
  }

  /// How many texts there are.
  public var count: Int { lengths.count }

  /// The texts without what they are filled up with.
  public var texts: [[Int]] {
    lengths.enumerated().map { Array(ids[$0 * length..<$0 * length + $1]) }
  }

  /// The rows of the texts' tokens in a matrix [count · length, width].
  ///
  /// - Parameter feature: the token that a text's feature is taken from.
  /// - Returns: as a forward pass counts them.
  public func rows(feature: TokenRows.Feature = .first) -> TokenRows {
    TokenRows(lengths: lengths, feature: feature)
  }

  /// The token after each, laid out as `ids`: what a decoder is to predict there; nil at the end of a text
  /// and where it is filled up.
  ///
  /// - Parameter counts: whether a token counts as a target, laid out as `ids`; nil for all.
  /// - Returns: a target for each row.
  public func targets(counting counts: [Bool]? = nil) -> [Int?] {
    require(counts.map { $0.count == ids.count } ?? true, "There is a word for each token.")
    return ids.indices.map { row in
      guard row % length + 1 < lengths[row / length], counts?[row + 1] ?? true else { return nil }
      return ids[row + 1]
    }
  }
}
