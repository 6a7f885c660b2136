import CImages
import PETL

// The only file of the module that reads by the image libraries.

extension ImageFormat {
  /// Decodes a file of this format and turns it upright.
  ///
  /// - Parameters:
  ///   - bytes: all of the file.
  ///   - name: of the file, for errors.
  ///   - turning: whether it is turned as its orientation says.
  /// - Returns: the picture.
  /// - Throws: `DiagnosticError` that names the file.
  func decode(_ bytes: [UInt8], name: String, turning: Bool) throws -> DecodedImage {
    func failure(_ image: petl_image) -> DiagnosticError {
      let text = unsafe withUnsafeBytes(of: image.message) { message in
        unsafe String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
      }
      let kind = self == .jpeg ? "JPEG" : "PNG"
      return DiagnosticError("\(name): the \(kind) file cannot be decoded: \(text)")
    }
    // Safe: the file's bytes outlive the decoder, which is closed on every way out; the pixels are as
    // many as the header said when it was read, which the decoder keeps to.
    return try unsafe bytes.withUnsafeBufferPointer { file in
      var image = unsafe petl_image()
      defer { unsafe close(&image) }
      guard unsafe open(&image, file.baseAddress, file.count) else { throw unsafe failure(image) }
      let (height, width) = unsafe (Int(image.height), Int(image.width))
      let channels = unsafe Int(image.channels)
      guard height > 0, width > 0, height <= Int(PETL_IMAGE_MOST_PIXELS) / width else {
        throw DiagnosticError(
          "\(name): the image has \(width)×\(height) pixels",
          hints: ["at most \(PETL_IMAGE_MOST_PIXELS) are decoded"])
      }
      let count = height * width * channels
      var succeeds = false
      let pixels = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
        if let base = target.baseAddress { succeeds = unsafe read(&image, base) }
        initialized = succeeds ? count : 0
      }
      guard succeeds else { throw unsafe failure(image) }
      let decoded = DecodedImage(pixels: pixels, height: height, width: width, channels: channels)
      guard turning else { return decoded }
      let exif = unsafe [UInt8](UnsafeBufferPointer(start: image.exif, count: image.exif_count))
      let profile = unsafe [UInt8](
        UnsafeBufferPointer(start: image.profile, count: image.profile_count))
      let xmp = unsafe [UInt8](UnsafeBufferPointer(start: image.xmp, count: image.xmp_count))
      return decoded.turned(ExifOrientation(exif: exif, profile: profile, xmp: xmp))
    }
  }

  private func open(
    _ image: UnsafeMutablePointer<petl_image>, _ bytes: UnsafePointer<UInt8>?, _ count: Int
  ) -> Bool {
    self == .jpeg
      ? unsafe petl_jpeg_open(image, bytes, count) : unsafe petl_png_open(image, bytes, count)
  }

  private func read(
    _ image: UnsafeMutablePointer<petl_image>, _ pixels: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    self == .jpeg ? unsafe petl_jpeg_read(image, pixels) : unsafe petl_png_read(image, pixels)
  }

  private func close(_ image: UnsafeMutablePointer<petl_image>) {
    self == .jpeg ? unsafe petl_jpeg_close(image) : unsafe petl_png_close(image)
  }
}
