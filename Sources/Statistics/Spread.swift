/// How many figures there are, their mean and how far they lie apart.
public struct Spread: Sendable, Codable, Equatable {
  /// How many figures there are, at least 1.
  public let count: Int
  /// Their arithmetic mean, in the unit of the figures.
  public let mean: Double
  /// The sample standard deviation, √(Σ(x − mean)² / (n − 1)), in the unit of the figures; nil for one
  /// figure.
  public let deviation: Double?

  /// Measures figures.
  ///
  /// It is nil when there is no figure.
  ///
  /// - Parameter figures: one a seed, in any unit.
  public init?(_ figures: [Double]) {
    guard !figures.isEmpty else { return nil }
    let mean = figures.reduce(0, +) / Double(figures.count)
    count = figures.count
    self.mean = mean
    let squares = figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = figures.count > 1 ? (squares / Double(figures.count - 1)).squareRoot() : nil
  }
}
