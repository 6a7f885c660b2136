extension DecodedImage {
  /// The image as it was seen, as `PIL.ImageOps.exif_transpose` turns it.
  func turned(_ orientation: ExifOrientation) -> DecodedImage {
    if orientation == .upright { return self }
    let swaps = orientation.rawValue >= 5
    let (rows, columns) = swaps ? (width, height) : (height, width)
    var result = [UInt8]()
    result.reserveCapacity(pixels.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let (y, x) = source(of: row, column, orientation)
        let first = (y * width + x) * channels
        result += pixels[first..<first + channels]
      }
    }
    return DecodedImage(pixels: result, height: rows, width: columns, channels: channels)
  }

  /// Where the pixel of the turned image at a row and column comes from.
  private func source(
    of row: Int, _ column: Int, _ orientation: ExifOrientation
  ) -> (row: Int, column: Int) {
    switch orientation {
    case .upright: (row, column)
    case .mirrored: (row, width - 1 - column)
    case .upsideDown: (height - 1 - row, width - 1 - column)
    case .flipped: (height - 1 - row, column)
    case .transposed: (column, row)
    case .needsClockwiseTurn: (height - 1 - column, row)
    case .transposedAlongOther: (height - 1 - column, width - 1 - row)
    case .needsCounterclockwiseTurn: (column, width - 1 - row)
    }
  }

  /// The image with three channels: grey is repeated.
  func inColour() -> DecodedImage {
    if channels == 3 { return self }
    // Safe: three bytes are written for each of the pixels.
    let colour = unsafe [UInt8](unsafeUninitializedCapacity: 3 * pixels.count) { target, count in
      for (index, value) in pixels.enumerated() {
        unsafe target[3 * index] = value
        unsafe target[3 * index + 1] = value
        unsafe target[3 * index + 2] = value
      }
      count = 3 * pixels.count
    }
    return DecodedImage(pixels: colour, height: height, width: width, channels: 3)
  }
}
