import Foundation
import PETL

/// A rectangle of an image.
struct PixelBox: Sendable, Hashable {
  /// The first row.
  var top: Int
  /// The first column.
  var left: Int
  /// How many rows.
  var height: Int
  /// How many columns.
  var width: Int

  /// Takes a rectangle.
  init(top: Int, left: Int, height: Int, width: Int) {
    (self.top, self.left, self.height, self.width) = (top, left, height, width)
  }

  /// Draws a part of random area and aspect, as torchvision's RandomResizedCrop: ten tries, then the largest in the
  /// middle whose aspect is within the bounds.
  ///
  /// - Parameters:
  ///   - image: the size of the image.
  ///   - area: the bounds of the part of its area, uniform between.
  ///   - aspect: the largest ratio of width and height, either way; its logarithm is uniform.
  ///   - stream: of random numbers.
  init(
    partOf image: (height: Int, width: Int), area: ClosedRange<Double>, aspect: Double,
    _ stream: inout AugmentationStream
  ) {
    for _ in 0..<10 {
      let box = stream.size(in: image, area: area, aspect: aspect)
      if (1...image.height).contains(box.height), (1...image.width).contains(box.width) {
        self.init(
          top: stream.below(image.height - box.height + 1),
          left: stream.below(image.width - box.width + 1), height: box.height, width: box.width)
        return
      }
    }
    let ratio = Double(image.width) / Double(image.height)
    var (height, width) = image
    if ratio < 1 / aspect {
      height = Int((Double(width) * aspect).rounded(.toNearestOrEven))
    } else if ratio > aspect {
      width = Int((Double(height) * aspect).rounded(.toNearestOrEven))
    }
    self.init(
      top: (image.height - height) / 2, left: (image.width - width) / 2, height: height,
      width: width)
  }

  /// Draws what is erased, as torchvision's RandomErasing: ten tries, then nothing.
  ///
  /// - Parameters:
  ///   - side: of the image.
  ///   - area: the bounds of the part of its area.
  ///   - stream: of random numbers.
  init?(erasedOf side: Int, area: ClosedRange<Double>, _ stream: inout AugmentationStream) {
    for _ in 0..<10 {
      let box = stream.size(in: (side, side), area: area, from: 0.3, to: 3.3)
      // As there: strictly smaller than the image. The two are exchanged, for its ratio is height to width.
      let (height, width) = (box.width, box.height)
      guard height < side, width < side else { continue }
      self.init(
        top: stream.below(side - height + 1), left: stream.below(side - width + 1), height: height,
        width: width)
      return
    }
    return nil
  }

  /// Draws the rectangle of CutMix: of a part 1 − λ of the area, around any pixel, cut off at the edges.
  ///
  /// - Parameters:
  ///   - share: λ, of the image that it is put into.
  ///   - side: of both images.
  ///   - stream: of random numbers.
  init(mixedWith share: Double, side: Int, _ stream: inout AugmentationStream) {
    let cut = Int(Double(side) * (1 - share).squareRoot())
    func bounds(_ centre: Int) -> Range<Int> {
      min(max(centre - cut / 2, 0), side)..<min(max(centre + cut / 2, 0), side)
    }
    let (rows, columns) = (bounds(stream.below(side)), bounds(stream.below(side)))
    self.init(
      top: rows.lowerBound, left: columns.lowerBound, height: rows.count, width: columns.count)
  }

  /// How many pixels it has.
  var area: Int { height * width }
}

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
