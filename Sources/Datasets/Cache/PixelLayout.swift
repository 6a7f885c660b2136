/// How many images of which size and kind lie one after the other.
struct PixelLayout: Sendable, Hashable {
  /// The number of images.
  let count: Int
  /// The height and the width of an image.
  let side: Int
  /// Whether samples are 32-bit floats, not bytes.
  let isFloat: Bool

  /// The samples of one image, in three channels.
  var samplesPerImage: Int { side * side * 3 }
  /// The bytes of one image.
  var bytesPerImage: Int { samplesPerImage * (isFloat ? 4 : 1) }
  /// The samples of all images.
  var samples: Int { count * samplesPerImage }
  /// The bytes of all images.
  var bytes: Int { count * bytesPerImage }
}
