/// What two methods differ by on the same seeds and data: estimate, uncertainty, test and size.
public struct PairedDifference: Sendable, Codable, Equatable {
  /// The differences, method − baseline, in the unit of the figures.
  public let spread: Spread
  /// The interval of the mean difference; nil for one pair.
  public let interval: BootstrapInterval?
  /// The test of there being no difference.
  public let test: SignFlipTest
  /// The size of the difference; nil where it is not defined.
  public let effect: EffectSize?

  /// Compares pairs.
  ///
  /// It is nil when there is no pair.
  ///
  /// - Parameter differences: method − baseline, one a pair.
  public init?(_ differences: [Double]) {
    guard let spread = Spread(differences), let test = SignFlipTest(differences) else {
      return nil
    }
    self.spread = spread
    self.test = test
    interval = BootstrapInterval(ofMean: differences)
    effect = EffectSize(differences)
  }
}
