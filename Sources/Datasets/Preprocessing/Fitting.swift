/// To what size an image is resized, and which part of that is kept.
struct Fitting: Hashable {
  /// The height that the whole image is resized to.
  let height: Int
  /// The width that the whole image is resized to.
  let width: Int
  /// The rows that are kept.
  private(set) var rows: Range<Int>
  /// The columns that are kept.
  private(set) var columns: Range<Int>

  /// Computes the sizes as torchvision and timm do.
  ///
  /// The side is ⌊size / crop⌋ (timm's `create_transform`); the other of `shorterSide` is cut to an
  /// integer (torchvision's `Resize`); the crop starts at half of what stands over, rounded to even
  /// (torchvision's `CenterCrop`) or down (transformers').
  ///
  /// - Parameters:
  ///   - image: the size of the image.
  ///   - size: the side of what is kept.
  ///   - preprocessing: what is done.
  init(_ image: (height: Int, width: Int), to size: Int, _ preprocessing: Preprocessing) {
    let side = max(size, Int((Double(size) / preprocessing.crop).rounded(.down)))
    switch preprocessing.resize {
    case .squash:
      (height, width) = (side, side)
    case .shorterSide:
      let (short, long) = (min(image.height, image.width), max(image.height, image.width))
      let other = Int(Double(side * long) / Double(short))
      (height, width) = image.width <= image.height ? (other, side) : (side, other)
    }
    let rounding: FloatingPointRoundingRule =
      preprocessing.cutsLessFirst ? .down : .toNearestOrEven
    rows = Self.centre(size, of: height, rounding)
    columns = Self.centre(size, of: width, rounding)
  }

  /// All of an image resized to a size.
  init(height: Int, width: Int) {
    (self.height, self.width) = (height, width)
    (rows, columns) = (0..<height, 0..<width)
  }

  /// The same size with another part kept.
  ///
  /// - Parameter offset: where it begins, each as a part in 0..<1 of the places there are.
  /// - Returns: what is kept begins there.
  func moved(_ offset: (down: Double, right: Double)) -> Fitting {
    func first(_ part: Double, _ kept: Int, of side: Int) -> Int {
      min(side - kept, Int(part * Double(side - kept + 1)))
    }
    var moved = self
    let top = first(offset.down, rows.count, of: height)
    let left = first(offset.right, columns.count, of: width)
    (moved.rows, moved.columns) = (top..<top + rows.count, left..<left + columns.count)
    return moved
  }

  private static func centre(
    _ size: Int, of side: Int, _ rounding: FloatingPointRoundingRule
  ) -> Range<Int> {
    let first = Int((Double(side - size) / 2).rounded(rounding))
    return first..<first + size
  }
}
