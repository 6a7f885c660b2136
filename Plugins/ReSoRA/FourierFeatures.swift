import PETL

/// The Gaussian kernel of numbers, e^(−δ²/2), as a sum of cosines: the trapezoid rule on the kernel's
/// Fourier transform, which converges faster than any power of the step.
///
/// The rule is cut where the transform vanishes: an error below 2e-5. It repeats the kernel with the
/// period 2π / step; the period is so long that the repeats add less than 1e-6 to the mean over pairs
/// of sampled elements. Few elements far from all others do not make it longer.
struct FourierFeatures {
  /// The highest frequency; twice the normal's tail beyond it is 2e-5.
  private static let highest = 4.3
  /// How far beyond all distances a repeat adds nothing: e^(−5.5²/2) = 3e-7.
  private static let gap = 5.5
  /// Beyond this range angles lose too much to rounding.
  private static let widest = 256.0

  private let count: Int
  private let step: Double

  /// Makes the features, or nil where the kernel in full is cheaper or better.
  ///
  /// - Parameters:
  ///   - range: the largest distance, in bandwidths.
  ///   - elements: how many numbers there are.
  ///   - sample: some of them, sorted.
  ///   - factor: 1 / bandwidth.
  init?(range: Double, elements: Int, sample: [Float], factor: Double) {
    guard range <= Self.widest else { return nil }
    guard factor != 0 else {
      (count, step) = (0, 0)
      return
    }
    func period(_ count: Int) -> Double { 2 * Double.pi * (Double(count) + 0.5) / Self.highest }
    // Where every element is sampled there are few, and a tenth costs little.
    let share = sample.count == elements ? 1e-7 : 1e-6
    let allowed = share * Double(sample.count * sample.count) / 2
    // The fewest frequencies whose period is long enough, by bisection.
    let enough = range + Self.gap
    var (low, high) = (3, max(4, Int((Self.highest * enough / (2 * Double.pi)).rounded(.up))))
    while high - low > 1 {
      let middle = (low + high) / 2
      if Self.repeats(sample, factor, period: period(middle), areAtMost: allowed) {
        high = middle
      } else {
        low = middle
      }
    }
    guard 4 * high * high <= elements else { return nil }
    count = high
    // Higher frequencies rather than a longer period.
    step = 2 * Double.pi / min(period(high), enough)
  }

  /// Whether the sum over pairs of e^(−(period − δ)²/2) is small enough.
  private static func repeats(
    _ sample: [Float], _ factor: Double, period: Double, areAtMost allowed: Double
  ) -> Bool {
    var total = 0.0
    // From the elements with the farthest others to those beyond which nothing is added.
    for high in sample.reversed() {
      for (position, low) in sample.enumerated() {
        let rest = period - (Double(high) - Double(low)) * factor
        if rest > gap {
          if position == 0 { return true }
          break
        }
        total += exponential(-rest * rest / 2)
        if total > allowed { return false }
      }
    }
    return true
  }

  /// The kernel of numbers that are not yet divided by the bandwidth.
  ///
  /// - Parameters:
  ///   - factor: 1 / bandwidth.
  ///   - center: a number in the middle of them.
  /// - Returns: without the constant, which centring takes away.
  func series(factor: Float, center: Float) -> CosineSeries {
    let weights = (0..<count).map { index -> Float in
      // Both ±w; the constant of w = 0 is left out, for centring takes it away.
      let w = Double(index + 1) * step
      return Float(2 * step / (2 * Double.pi).squareRoot() * exponential(-w * w / 2))
    }
    return CosineSeries(step: Float(step) * factor, weights: weights, center: center)
  }
}
