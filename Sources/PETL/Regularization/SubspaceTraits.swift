/// What can be known about an adapter's subspaces before any data is seen.
public struct SubspaceTraits: Sendable, Hashable {
  /// How many subspaces there are.
  public let count: Int
  /// How many rank-one maps each of them holds.
  public let dimension: Int
  /// Whether the adapter is linear and gives its input directions.
  public let hasDirections: Bool

  /// Makes traits.
  ///
  /// - Parameters:
  ///   - count: how many subspaces there are.
  ///   - hasDirections: whether the adapter is linear and gives its input directions.
  ///   - dimension: how many rank-one maps each subspace holds.
  public init(count: Int, hasDirections: Bool, dimension: Int = 1) {
    self.count = count
    self.hasDirections = hasDirections
    self.dimension = dimension
  }
}

extension Subspaces {
  /// What can be known of these before any data is seen.
  public var traits: SubspaceTraits {
    SubspaceTraits(count: count, hasDirections: directions != nil, dimension: dimension)
  }
}
