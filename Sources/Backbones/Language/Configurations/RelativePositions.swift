import Foundation

/// Relative positions in attention, as DeBERTa has them (He et al., arXiv 2006.03654): the score of a query at i
/// for a key at j has terms that depend on i − j.
public struct RelativePositions: Sendable, Hashable {
  /// Whether queries meet the keys of distances, `c2p`.
  public var hasKeys: Bool
  /// Whether keys meet the queries of distances, `p2c`.
  public var hasQueries: Bool
  /// Whether the network's own maps of query and key make them; else each has a map of its own.
  public var sharesMaps: Bool
  /// Whether the table of distances is normalised.
  public var isNormalized: Bool
  /// How many rows the table has for distances of one sign, where far ones share rows; nil for a row each.
  public var buckets: Int?
  /// The number of distances of one sign that are told apart at all.
  public var longest: Int

  /// Says how distances are counted.
  public init(
    hasKeys: Bool = true, hasQueries: Bool = true, sharesMaps: Bool = true,
    isNormalized: Bool = true, buckets: Int? = nil, longest: Int
  ) {
    (self.hasKeys, self.hasQueries, self.sharesMaps) = (hasKeys, hasQueries, sharesMaps)
    (self.isNormalized, self.buckets, self.longest) = (isNormalized, buckets, longest)
  }

  /// The rows of the table for distances of one sign: half of its rows.
  var span: Int { buckets ?? longest }

  /// The row of a distance in the table; far distances have the first and the last one.
  func row(of distance: Int) -> Int {
    min(max(bucket(of: distance) + span, 0), 2 * span - 1)
  }

  /// A distance up to half of the buckets as it is, a longer one by its logarithm, with the roundings of
  /// transformers in 32 bits.
  private func bucket(of distance: Int) -> Int {
    guard let buckets else { return distance }
    let (middle, length) = (buckets / 2, abs(distance))
    guard length > middle else { return distance }
    let whole = Float(Double(longest - 1) / Double(middle))
    let share = log(Float(length) / Float(middle)) / log(whole) * Float(middle - 1)
    // Far beyond `longest` the last row is all there is.
    let found = Int(min(share.rounded(.up), Float(2 * span))) + middle
    return distance < 0 ? -found : found
  }

  /// What attention's scores are multiplied by beside 1 / √(length of a head): one over the root of how many
  /// terms they have.
  var scale: Float { 1 / Float(1 + (hasKeys ? 1 : 0) + (hasQueries ? 1 : 0)).squareRoot() }
}
