import PETL

extension LabelledImages {
  /// An image as a small picture: its own pixels where it is small enough, else as Pillow's bicubic makes it smaller.
  ///
  /// Pixels that were resized without rounding are rounded.
  ///
  /// - Parameters:
  ///   - index: of the image.
  ///   - side: the most pixels of the longer side.
  /// - Returns: a picture with the image's proportions.
  public func thumbnail(of index: Int, side: Int) -> DecodedImage {
    let size = samplesPerImage
    let own = pixels.copying([index * size..<(index + 1) * size])
    let bytes: [UInt8] =
      switch own {
      case .bytes(let bytes): bytes
      case .floats(let values): values.map { UInt8(min(255, max(0, $0.rounded()))) }
      case .mapped: stopProgram("A copy of pixels is in memory.")
      }
    let whole = DecodedImage(pixels: bytes, height: height, width: width, channels: channels)
    let longest = max(height, width)
    guard longest > side else { return whole }
    func scaled(_ length: Int) -> Int { max(1, (length * side + longest / 2) / longest) }
    let (rows, columns) = (scaled(height), scaled(width))
    let resizer = ByteResizer(
      .bicubic, from: (height, width, channels), Fitting(height: rows, width: columns))
    let count = rows * columns * channels
    // Safe: the resizer fills the whole target, which is as large as what it was made for.
    let small = unsafe bytes.withUnsafeBufferPointer { source in
      unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
        unsafe resizer.resize(source, into: UnsafeMutableBufferPointer(rebasing: target[..<count]))
        filled = count
      }
    }
    return DecodedImage(pixels: small, height: rows, width: columns, channels: channels)
  }
}
