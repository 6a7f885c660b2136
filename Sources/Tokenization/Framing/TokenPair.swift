/// The tokens of two texts in one sequence.
public struct TokenPair: Sendable, Equatable {
  /// The numbers of the tokens.
  public var ids: [Int]
  /// For each token the text that it is of, as the network's token types have it.
  public var typeIDs: [Int]

  /// Takes tokens and as many types.
  public init(ids: [Int], typeIDs: [Int]) { (self.ids, self.typeIDs) = (ids, typeIDs) }
}
