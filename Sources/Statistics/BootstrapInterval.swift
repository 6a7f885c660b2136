import Tensors

/// A percentile bootstrap interval of a mean (Efron & Tibshirani, An Introduction to the Bootstrap,
/// 1993, chapter 13).
///
/// As many figures as there are are drawn with replacement, again and again; the bounds are quantiles
/// of the means of the draws, interpolated linearly (numpy's default). The percentile method rather
/// than BCa is our choice: BCa corrects by a skewness, which a handful of seeds does not tell. Of few
/// figures both are too narrow, by a factor of about √((n − 1) / n); the sign-flip test is not.
public struct BootstrapInterval: Sendable, Codable, Equatable {
  /// The lower bound, in the unit of the figures.
  public let lower: Double
  /// The upper bound, in the unit of the figures.
  public let upper: Double
  /// The share of intervals that is meant to hold the true mean.
  public let level: Double

  /// How many times figures are drawn.
  public static let resamples = 10_000

  /// Draws an interval; the same figures and generator give the same bounds.
  ///
  /// It is nil for fewer than three figures: of one all draws are the same, and of two the bounds would be the figures
  /// themselves.
  ///
  /// - Parameters:
  ///   - figures: such as differences of pairs.
  ///   - level: between 0 and 1.
  ///   - generator: draws.
  public init?(
    ofMean figures: [Double], level: Double = 0.95,
    generator: RandomGenerator = RandomGenerator(seed: 0).split("bootstrap")
  ) {
    guard figures.count > 2 else { return nil }
    var generator = generator
    let count = UInt64(figures.count)
    var means: [Double] = []
    means.reserveCapacity(Self.resamples)
    for _ in 0..<Self.resamples {
      // Multiplying instead of dividing; the bias is below count / 2³².
      let sum = generator.words(figures.count).reduce(0) {
        $0 + figures[Int((UInt64($1) &* count) >> 32)]
      }
      means.append(sum / Double(count))
    }
    means.sort()
    lower = Self.quantile((1 - level) / 2, of: means)
    upper = Self.quantile((1 + level) / 2, of: means)
    self.level = level
  }

  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let index = min(sorted.count - 2, Int(place))
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
