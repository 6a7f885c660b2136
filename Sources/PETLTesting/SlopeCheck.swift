import PETL

/// A gradient beside finite differences of the function, along random directions.
struct SlopeCheck {
  /// The relative disagreement, the median over directions.
  private(set) var error: Double = 0
  /// The largest finite difference seen: 0 where the function does not depend on the variable.
  private(set) var steepest: Double = 0
  private(set) var backward: Double = 0
  private(set) var difference: Double = 0

  /// More than this is a wrong gradient.
  static let tolerance = 1e-2
  private static let steps: [Double] = [1e-2, 3e-3, 1e-3]

  /// Both figures of that direction.
  var description: String { "backward() gives \(backward), finite differences \(difference)" }

  /// Compares.
  ///
  /// The best of three step sizes counts, and the median of seven directions: a kink that lies
  /// between the two ends of some steps spoils those, a wrong gradient is wrong nearly everywhere.
  ///
  /// - Parameters:
  ///   - count: how many elements the variable has.
  ///   - gradient: its gradient; nil for zero.
  ///   - scale: of the function's values: a slope much smaller than that is rounding.
  ///   - generator: gives the directions.
  ///   - value: the function with a displacement added to the variable.
  init(
    count: Int, gradient: Tensor?, scale: Double, generator: inout RandomGenerator,
    value: ([Float]) -> Double
  ) {
    let slopes = gradient?.values ?? [Float](repeating: 0, count: count)
    var found: [(backward: Double, differences: [Double])] = []
    for _ in 0..<7 {
      let direction = generator.normal(count)
      let backward = zip(slopes, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      func slope(_ h: Double) -> Double {
        let up = value(direction.map { $0 * Float(h) })
        return (up - value(direction.map { -$0 * Float(h) })) / (2 * h)
      }
      found.append((backward, Self.steps.map { (4 * slope($0 / 2) - slope($0)) / 3 }))
    }
    steepest = found.flatMap(\.differences).map(abs).max() ?? 0
    let floor = max(0.05 * steepest, 0.02 * scale, 1e-12)
    let errors = found.map { backward, differences in
      differences.map { difference in
        let scale = max(floor, abs(backward), abs(difference))
        return (error: abs(backward - difference) / scale, backward, difference)
      }.reduce((error: Double.infinity, backward, Double.nan)) { $1.error < $0.error ? $1 : $0 }
    }.sorted { $0.error < $1.error }
    (error, backward, difference) = errors[errors.count / 2]
  }
}
