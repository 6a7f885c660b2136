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
