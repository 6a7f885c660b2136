import PETL

/// The Gaussian kernel of numbers, e^(−δ²/2), as a sum of cosines: the trapezoid rule on the kernel's
/// Fourier transform, which converges faster than any power of the step.
///
/// The rule is cut where the transform vanishes: an error below 1e-4. It repeats the kernel with the
/// period 2π / step; the period is so long that the repeats add less than 1e-6 to the mean over pairs
/// of sampled elements. Few elements far from all others do not make it longer.
struct FourierFeatures {
  /// The highest frequency; twice the normal's tail beyond it is 1e-4.
  private static let highest = 3.89
  /// How far beyond all distances a repeat adds less than 1e-4: e^(−4.3²/2).
  private static let gap = 4.3
  /// What the repeats may add to the mean over pairs.
  private static let share = 1e-6
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
    // The fewest frequencies whose period is long enough, by bisection.
    var (low, high) = (0, Int((Self.highest * (range + Self.gap) / (2 * Double.pi)).rounded(.up)))
    while high - low > 1 {
      let middle = (low + high) / 2
      let isLong = Self.repeatsVanish(sample, factor: factor, period: period(middle))
      if isLong { high = middle } else { low = middle }
    }
    count = high
    guard 2 * count <= elements else { return nil }
    step = 2 * Double.pi / period(count)
  }

  /// Whether the mean over pairs of e^(−(period − δ)²/2) is small enough.
  private static func repeatsVanish(_ sample: [Float], factor: Double, period: Double) -> Bool {
    let allowed = share * Double(sample.count * sample.count) / 2
    var total = 0.0
    // From the pairs that are farthest apart to those beyond which nothing is added.
    for high in sample.reversed() {
      var pairs = 0
      for low in sample {
        let rest = period - (Double(high) - Double(low)) * factor
        if rest > 5.5 { break }
        total += exponential(-rest * rest / 2)
        if total > allowed { return false }
        pairs += 1
      }
      if pairs == 0 { break }
    }
    return true
  }

  /// The kernel of numbers that are not yet divided by the bandwidth.
  ///
  /// - Parameters:
  ///   - factor: 1 / bandwidth.
  ///   - center: a number in the middle of them.
  func series(factor: Float, center: Float) -> CosineSeries {
    let weights = (0..<count).map { index -> Float in
      // Both ±w; the constant of w = 0 is left out, for centring takes it away.
      let w = Double(index + 1) * step
      return Float(2 * step / (2 * Double.pi).squareRoot() * exponential(-w * w / 2))
    }
    return CosineSeries(step: Float(step) * factor, weights: weights, center: center)
  }
}
