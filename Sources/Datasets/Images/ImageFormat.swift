/// The formats of image files that are read.
enum ImageFormat {
  case jpeg
  case png

  /// Tells a format by the first bytes of a file; nil for any other.
  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else {
      return nil
    }
  }

  /// What a file of another format seems to be, for a sentence.
  static func description(ofOther bytes: [UInt8]) -> String {
    let starts: [(start: String, name: String)] = [
      ("GIF8", "a GIF image"), ("BM", "a BMP image"), ("II*\0", "a TIFF image"),
      ("MM\0*", "a TIFF image"), ("\0\0\0\u{0C}jP", "a JPEG 2000 image"),
      ("P5", "a PGM image"), ("P6", "a PPM image"), ("<", "a text file"),
    ]
    if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      return "a WebP image"
    }
    return starts.first { bytes.starts(with: $0.start.utf8) }?.name ?? "no image"
  }

  /// The endings of names that image files have, in lower case.
  static let endings: Set<String> = ["jpg", "jpeg", "png"]

  /// The endings of images that cannot be read, in lower case: a folder that has them is not what the
  /// user believes it is.
  static let otherEndings: Set<String> = [
    "avif", "bmp", "gif", "heic", "jp2", "pgm", "ppm", "tif", "tiff", "webp",
  ]
}
