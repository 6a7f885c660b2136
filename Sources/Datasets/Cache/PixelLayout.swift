/// How many images of which size and kind lie one after the other.
struct PixelLayout: Sendable, Hashable {
  /// The number of images.
  let count: Int
  /// The height and the width of an image.
  let side: Int
  /// Whether samples are 32-bit floats, not bytes.
  let isFloat: Bool

  /// Of one image, with three channels.
  var samplesPerImage: Int { side * side * 3 }
  /// Of one image.
  var bytesPerImage: Int { samplesPerImage * (isFloat ? 4 : 1) }
  /// Of all images.
  var samples: Int { count * samplesPerImage }
  /// Of all images.
  var bytes: Int { count * bytesPerImage }
}
