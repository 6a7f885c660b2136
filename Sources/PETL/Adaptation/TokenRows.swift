/// Which rows of a token matrix belong to each image or text of a batch.
///
/// A matrix that holds texts of several lengths is filled up with rows that stand for nothing; those
/// take part in no statistic.
public struct TokenRows: Sendable, Hashable {
  /// Which token a network takes the feature of an image or text from.
  public enum Feature: Sendable, Hashable {
    /// The first, as a class token is.
    case first
    /// The last, as the end of a text is where no token sees those after it.
    case last
  }

  /// How many tokens each image or text has, at least one.
  public let lengths: [Int]
  /// The token that the network's feature is taken from.
  public let feature: Feature

  /// Makes the rows of images or texts.
  ///
  /// - Parameters:
  ///   - lengths: the tokens of each.
  ///   - feature: which of them the network's feature is taken from.
  public init(lengths: [Int], feature: Feature = .first) {
    require(lengths.allSatisfy { $0 > 0 }, "An image or text without tokens: \(lengths).")
    (self.lengths, self.feature) = (lengths, feature)
  }

  /// Images or texts that have equally many tokens.
  ///
  /// - Parameters:
  ///   - count: how many images there are.
  ///   - length: the tokens of each.
  init(count: Int, length: Int) {
    (lengths, feature) = (Array(repeating: length, count: count), .first)
  }

  /// How many tokens there are, over all images or texts.
  public var count: Int { lengths.reduce(0, +) }
  /// The tokens of the longest.
  public var longest: Int { lengths.max() ?? 0 }
  /// Whether all have equally many.
  public var isEven: Bool { lengths.allSatisfy { $0 == longest } }

  /// The first row of each, where the tokens of one follow those of the other.
  public var starts: [Int] {
    var next = 0
    return lengths.map { length in
      defer { next += length }
      return next
    }
  }

  /// The row of each that its feature is taken from, where the tokens of one follow those of the other.
  public var features: [Int] {
    zip(starts, lengths).map { feature == .first ? $0 : $0 + $1 - 1 }
  }

  /// The rows that stand for tokens in a matrix that is filled up to equal lengths.
  ///
  /// - Parameter length: the rows of each image or text in that matrix, at least `longest`.
  /// - Returns: the numbers of the rows, ascending; as many as there are tokens.
  package func rows(filledUpTo length: Int) -> [Int] {
    lengths.enumerated().flatMap { index, own in index * length..<index * length + own }
  }
}
