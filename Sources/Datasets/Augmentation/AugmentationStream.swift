import Foundation
import PETL

/// The random numbers of one image in one epoch.
struct AugmentationStream {
  private var generator: RandomGenerator

  /// - Parameter generator: of this image and epoch alone.
  init(_ generator: RandomGenerator) { self.generator = generator }

  /// A number in 0..<1.
  mutating func unit() -> Double { Double(generator.uniform(1)[0]) }

  /// A number between two.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// An integer in 0..<`count`.
  mutating func below(_ count: Int) -> Int { min(count - 1, Int(unit() * Double(count))) }

  /// A height and a width of a random area and ratio of width to height.
  mutating func size(
    in image: (height: Int, width: Int), area: ClosedRange<Double>, aspect: Double
  ) -> (height: Int, width: Int) { size(in: image, area: area, from: 1 / aspect, to: aspect) }

  /// A height and a width of a random area and ratio of width to height.
  mutating func size(
    in image: (height: Int, width: Int), area: ClosedRange<Double>, from low: Double,
    to high: Double
  ) -> (height: Int, width: Int) {
    let pixels = Double(image.height * image.width) * uniform(area)
    let ratio = exp(uniform(log(low)...log(high)))
    return (
      Int((pixels / ratio).squareRoot().rounded(.toNearestOrEven)),
      Int((pixels * ratio).squareRoot().rounded(.toNearestOrEven))
    )
  }

  /// A number of the distribution Beta(α, α), as a ratio of two of Gamma(α, 1) (Marsaglia and Tsang, doi
  /// 10.1145/358407.358414).
  mutating func beta(_ alpha: Double) -> Double {
    let (first, second) = (logGamma(alpha), logGamma(alpha))
    // exp(first) / (exp(first) + exp(second)): small α give numbers whose ratio is left where they are 0.
    return 1 / (1 + exp(second - first))
  }

  /// The logarithm of a number of the distribution Gamma(α, 1).
  private mutating func logGamma(_ alpha: Double) -> Double {
    if alpha < 1 {
      return logGamma(alpha + 1) + log(max(unit(), 0x1p-25)) / alpha
    }
    let d = alpha - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(generator.normal(1)[0])
      let base = 1 + c * x
      guard base > 0 else { continue }
      let v = base * base * base
      let u = max(unit(), 0x1p-25)
      if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return log(d * v) }
    }
  }
}
