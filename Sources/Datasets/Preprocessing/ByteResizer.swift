import PETL

/// Resizes bytes as Pillow's `Image.resize` does, byte for byte, and keeps a part.
///
/// In 22-bit fixed point, antialiased when shrinking. Rows come first and columns second, each rounded
/// to bytes, except where Pillow 13 turns the order round: when the height loses more than twice as
/// many pixels as the width. (Older versions of Pillow never do, and differ there by a level or so.)
struct ByteResizer {
  private let image: (height: Int, width: Int, channels: Int)
  private let across: FixedPointWeights
  private let down: FixedPointWeights
  private let columnsFirst: Bool
  /// The rows of the image that the kept rows are made of; others are never touched.
  private let neededRows: Range<Int>

  /// Prepares for images of one size.
  init(
    _ filter: ResamplingWeights.Filter, from image: (height: Int, width: Int, channels: Int),
    _ fitting: Fitting
  ) {
    self.image = image
    across = .stored(filter, from: image.width, to: fitting.width, keeping: fitting.columns)
    down = .stored(filter, from: image.height, to: fitting.height, keeping: fitting.rows)
    let lost = (height: image.height - fitting.height, width: image.width - fitting.width)
    columnsFirst = lost.height > 0 && lost.height > 2 * lost.width
    neededRows = down.inputs
  }

  /// Resizes one image, [height, width, channels], into `target`, [kept rows, kept columns, channels].
  func resize(_ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>)
  {
    let (rows, columns) = (down.first.count, across.first.count)
    let (length, kept) = (image.width * image.channels, columns * image.channels)
    let betweenCount = columnsFirst ? rows * length : neededRows.count * kept
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: betweenCount) { between in
      let half = UnsafeBufferPointer(between)
      if columnsFirst {
        unsafe down.resizeColumns(source, length: length, into: between)
        unsafe across.resizeRows(
          half, rows: rows, inputs: image.width, channels: image.channels, into: target)
      } else {
        let needed = unsafe UnsafeBufferPointer(
          rebasing: source[neededRows.lowerBound * length..<neededRows.upperBound * length])
        unsafe across.resizeRows(
          needed, rows: neededRows.count, inputs: image.width, channels: image.channels,
          into: between)
        unsafe down.resizeColumns(
          half, length: kept, skipping: neededRows.lowerBound, into: target)
      }
    }
  }
}
