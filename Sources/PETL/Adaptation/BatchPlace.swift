/// Where the images or texts of a pass stand in a batch that goes through the network in parts.
///
/// What is drawn for an image is what the whole batch would have drawn for it: dropout does not depend on how a batch is
/// split, nor on which machine computes a part.
package struct BatchPlace: Sendable, Hashable {
  /// The first image's number in the batch.
  let first: Int
  /// How many images the batch has.
  let count: Int
  /// How many more rows a text has in the whole batch than in the part, where texts are filled up to the longest.
  let missing: Int

  /// Makes a place.
  ///
  /// - Parameters:
  ///   - first: the first image's number in the batch.
  ///   - count: how many images the batch has.
  ///   - missing: how many more tokens the longest text of the batch has than that of the part.
  package init(first: Int, of count: Int, missing: Int = 0) {
    (self.first, self.count, self.missing) = (first, count, missing)
  }

  /// Which numbers of a stream belong to the part, of a tensor with the numbers of each image in a row.
  ///
  /// - Parameters:
  ///   - images: of the part.
  ///   - rows: of an image, in the part.
  ///   - more: rows of an image that only the whole batch has, at its end.
  ///   - width: numbers in a row.
  /// - Returns: ranges of the stream, ascending.
  func ranges(images: Int, rows: Int, more: Int, width: Int) -> [Range<Int>] {
    let (own, whole) = (rows * width, (rows + more) * width)
    if more == 0 { return [first * own..<(first + images) * own] }
    return (first..<first + images).map { $0 * whole..<$0 * whole + own }
  }
}

extension RandomGenerator {
  /// Some of the numbers of the next dropout mask: 0 with the given probability, else 1 / (1 − probability).
  ///
  /// - Parameters:
  ///   - ranges: which numbers of the mask.
  ///   - shape: of the result, with as many elements.
  ///   - probability: 0 ..< 1.
  /// - Returns: the numbers of the ranges, one after the other.
  func dropoutMask(_ ranges: [Range<Int>], shape: [Int], probability: Float) -> Tensor {
    let parts = ranges.map { range in
      // A block of the stream is four numbers.
      let start = range.lowerBound / 4
      var stream = RandomGenerator(key: key, counter: counter &+ UInt64(start))
      let mask = stream.dropoutMask([range.upperBound - start * 4], probability: probability)
      return mask.sliced(axis: 0, range.lowerBound - start * 4..<range.upperBound - start * 4)
    }
    return (parts.count == 1 ? parts[0] : .concatenated(parts, axis: 0)).reshaped(shape)
  }
}
