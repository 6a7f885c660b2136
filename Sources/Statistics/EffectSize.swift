import Foundation

/// How large a mean difference of pairs is beside how much the differences vary.
public struct EffectSize: Sendable, Codable, Equatable {
  /// Cohen's d_z: the mean of the differences over their sample standard deviation (Cohen, Statistical
  /// Power Analysis, 1988, section 2.3.5).
  public let cohen: Double
  /// d_z times J, which takes away most of its bias of few pairs: J(f) = Γ(f/2) / (√(f/2) Γ((f−1)/2))
  /// with f = n − 1 (Hedges, Journal of Educational Statistics 6, 1981).
  public let hedges: Double

  /// Measures differences of pairs.
  ///
  /// It is nil for fewer than three differences, for which J is not defined, and of differences
  /// that are all the same, beside which every mean is infinite.
  ///
  /// - Parameter differences: one a pair.
  public init?(_ differences: [Double]) {
    guard differences.count > 2, let spread = Spread(differences),
      let deviation = spread.deviation,
      deviation > 1e-12 * (differences.map(abs).max() ?? 0)
    else { return nil }
    cohen = spread.mean / deviation
    hedges = cohen * Self.correction(freedom: Double(differences.count - 1))
  }

  /// Hedges' J.
  static func correction(freedom: Double) -> Double {
    // The gamma function of a large number overflows, its logarithm does not.
    exp(logGamma(freedom / 2) - logGamma((freedom - 1) / 2)) / (freedom / 2).squareRoot()
  }

  private static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return unsafe lgamma_r(x, &sign)
  }
}
