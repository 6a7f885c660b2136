import Tensors

/// The paired permutation test: if two methods were alike, the sign of each pair's difference would be
/// a coin's (Fisher, The Design of Experiments, 1935, section 21).
///
/// p is the share of the sign patterns under which the sum of differences is as far from 0 as it is,
/// to either side. Up to 20 pairs all 2ⁿ patterns are counted. Of more, 100,000 are drawn, and p is
/// (1 + those as far) / (1 + all), which is never 0 (Phipson & Smyth 2010).
public struct SignFlipTest: Sendable, Codable, Equatable {
  /// The two-sided p.
  public let p: Double
  /// The smallest p that so many pairs can have: 2 / 2ⁿ, or 1 / 100,001 when patterns are drawn.
  public let smallestP: Double
  /// Whether all patterns were counted.
  public let isExact: Bool

  /// The most pairs of which all patterns are counted.
  public static let exactLimit = 20
  /// How many patterns are drawn of more pairs.
  public static let draws = 100_000

  /// Tests differences of pairs; the same differences and generator give the same p.
  ///
  /// It is nil when there is no pair.
  ///
  /// - Parameters:
  ///   - differences: one a pair; those of 0 count.
  ///   - generator: draws, where patterns are drawn.
  public init?(
    _ differences: [Double],
    generator: RandomGenerator = RandomGenerator(seed: 0).split("sign-flips")
  ) {
    guard !differences.isEmpty else { return nil }
    // Patterns that are as far but for rounding are as far.
    let slack = 1e-12 * differences.reduce(0) { $0 + abs($1) }
    let limit = abs(differences.reduce(0, +)) - slack
    isExact = differences.count <= Self.exactLimit
    if isExact {
      let half = differences.count / 2
      let (left, right) = (Self.sums(differences[..<half]), Self.sums(differences[half...]))
      var count = 0
      for a in left { for b in right where abs(a + b) >= limit { count += 1 } }
      let patterns = Double(left.count * right.count)
      p = Double(count) / patterns
      smallestP = min(1, 2 / patterns)
    } else {
      var generator = generator
      let count = (0..<Self.draws).count { _ in
        let words = generator.words((differences.count + 31) / 32)
        let sum = differences.indices.reduce(0.0) { sum, index in
          (words[index / 32] >> UInt32(index % 32)) & 1 == 0
            ? sum + differences[index] : sum - differences[index]
        }
        return abs(sum) >= limit
      }
      p = Double(1 + count) / Double(1 + Self.draws)
      smallestP = 1 / Double(1 + Self.draws)
    }
  }

  /// The sums of differences under every pattern of signs.
  private static func sums(_ differences: ArraySlice<Double>) -> [Double] {
    differences.reduce([0]) { sums, difference in
      sums.map { $0 + difference } + sums.map { $0 - difference }
    }
  }
}
