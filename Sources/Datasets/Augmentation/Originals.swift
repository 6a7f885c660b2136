import PETL

extension ImageSource {
  /// One image as it is, in three channels.
  ///
  /// - Parameters:
  ///   - index: which.
  ///   - turning: whether a file is turned as its orientation says.
  /// - Returns: bytes of red, green and blue.
  /// - Throws: `DiagnosticError` when the file cannot be decoded.
  func decoded(_ index: Int, turning: Bool) throws -> DecodedImage {
    switch self {
    case .pixels(let images): images.decoded(index)
    case .files(let files):
      try DecodedImage(path: files.items[index].path, turning: turning).inColour()
    }
  }
}

extension LabelledImages {
  /// One image of bytes, in three channels.
  func decoded(_ index: Int) -> DecodedImage {
    let size = samplesPerImage
    guard case .bytes(let bytes) = pixels.copying([index * size..<(index + 1) * size]) else {
      stopProgram("The pixels of \(origin.file) are not bytes.")
    }
    return DecodedImage(pixels: bytes, height: height, width: width, channels: channels).inColour()
  }
}

extension DecodedImage {
  /// The part that was drawn, at the size that the network sees.
  func fitted(_ draws: ImageDraws, side: Int, _ preprocessing: Preprocessing) -> DecodedImage {
    if let part = draws.part {
      return cut(part).resized(Fitting(height: side, width: side), preprocessing.interpolation)
    }
    var fitting = Fitting((height, width), to: side, preprocessing)
    if let offset = draws.offset { fitting = fitting.moved(offset) }
    return resized(fitting, preprocessing.interpolation)
  }

  /// The image resized as Pillow does it.
  private func resized(
    _ fitting: Fitting, _ interpolation: Preprocessing.Interpolation
  ) -> DecodedImage {
    let resizer = ImageResizer(from: (height, width, channels), fitting, interpolation)
    let (rows, columns) = (fitting.rows.count, fitting.columns.count)
    switch resizer {
    case .none: return self
    case .floats: stopProgram("Images that are resized without rounding are not changed.")
    case .bytes(let resizer):
      let count = rows * columns * channels
      // Safe: the resizer writes all bytes of what is kept.
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
        unsafe pixels.withUnsafeBufferPointer {
          unsafe resizer.resize($0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
        written = count
      }
      return DecodedImage(pixels: bytes, height: rows, width: columns, channels: channels)
    }
  }
}
