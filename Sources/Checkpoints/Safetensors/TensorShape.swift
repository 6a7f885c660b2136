/// The bounds that hold for the shape of every tensor of every file, before any of its numbers counts,
/// sizes, multiplies or indexes.
///
/// The bytes of a file bound the product of a shape, but not where an axis is empty: `[0, 2^63-1]` takes
/// no byte. So each axis has a bound of its own, and so has what stands beside an empty one; sums of
/// axes and products of two then stay within 64 bits.
enum TensorShape {
  /// The most axes (those of a NumPy array, and of a PyTorch tensor).
  static let mostAxes = 64
  /// The longest axis: the largest size that BLAS takes.
  static let longestAxis = Int(Int32.max)
  /// The largest product of the axes beside an empty one (our choice).
  static let mostBesideEmpty = 1 << 24

  /// What is wrong with a shape, for a sentence that begins with it; nil when nothing is.
  static func fault(_ shape: [Int]) -> String? {
    if shape.count > mostAxes { return "has \(shape.count) axes, at most \(mostAxes) are read" }
    if let axis = shape.first(where: { $0 < 0 || $0 > longestAxis }) {
      return "is too large: an axis of \(axis) is not 0 to \(longestAxis)"
    }
    guard shape.contains(0) else { return nil }
    var product = 1
    for axis in shape where axis > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: axis)
      if overflow || next > mostBesideEmpty {
        return "is too large: beside an empty axis at most \(mostBesideEmpty) are read"
      }
      product = next
    }
    return nil
  }
}

/// A shape for a sentence: that of a tensor with more axes than are read is cut off.
func shapeWords(_ shape: [Int]) -> String {
  shape.count <= 8 ? "\(shape)" : "[\(shape.prefix(8).map(String.init).joined(separator: ", ")), …]"
}

/// Names the empty axis of a tensor that is used as a factor or a weight; nil when there is none.
func emptyAxis(_ entry: TensorEntry) -> String? {
  guard entry.shape.contains(0) else { return nil }
  return
    "tensor `\(entry.name)` has shape \(entry.shape): it has no numbers, every axis is at least 1"
}
