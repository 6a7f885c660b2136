/// What turns the words of a text into tokens.
protocol TokenModel: Sendable {
  /// The tokens by spelling and number.
  var vocabulary: Vocabulary { get }
  /// The token for what the vocabulary lacks; nil if there is none.
  var unknown: Int? { get }
  /// The tokens of one word that is not empty.
  func tokens(of word: [Unicode.Scalar]) -> [Int]
}
