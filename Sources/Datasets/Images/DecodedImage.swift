import Checkpoints
import PETL

/// One picture out of a JPEG or PNG file, upright.
///
/// The pixels are those of Pillow: `ImageOps.exif_transpose(Image.open(path)).convert("RGB")`, byte for
/// byte. That means the accurate integer DCT and smooth upsampling for JPEG; for PNG, palettes looked
/// up, alpha and transparent colours dropped, the high byte of 16-bit colour, and 16-bit grey without
/// alpha cut off at 255 (Pillow's rule for its mode `I;16`). The orientation is
/// that of Exif, in whichever place Pillow looks for it, or else of XMP.
///
/// Unlike Pillow, damaged JPEG data is an error and never grey paint.
public struct DecodedImage: Sendable {
  /// The largest file that is read: 256 MiB.
  public static let largestFile = 256 << 20

  /// The bytes of the pixels, laid out [height, width, channels].
  public internal(set) var pixels: [UInt8]
  /// The number of rows.
  public internal(set) var height: Int
  /// The number of columns.
  public internal(set) var width: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int

  /// Reads and decodes a file.
  ///
  /// - Parameters:
  ///   - path: of a JPEG or PNG file; its first bytes tell which, not its name.
  ///   - turning: whether it is turned as its orientation says.
  /// - Throws: `DiagnosticError` that names the file: it cannot be read, is of another format, CMYK,
  ///   damaged, cut short, or of more than 100 million pixels.
  public init(path: String, turning: Bool = true) throws {
    try self.init(
      bytes: readFile(path, limit: Self.largestFile), name: path,
      turning: turning)
  }

  /// Decodes the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: all of the file.
  ///   - name: of the file, for errors.
  ///   - turning: whether it is turned as its orientation says.
  /// - Throws: `DiagnosticError` as `init(path:)`.
  public init(bytes: [UInt8], name: String, turning: Bool = true) throws {
    guard let format = ImageFormat(bytes) else {
      let found = bytes.isEmpty ? "an empty file" : ImageFormat.description(ofOther: bytes)
      throw DiagnosticError("\(name): this is \(found)", hints: ["expected a JPEG or PNG image"])
    }
    self = try format.decode(bytes, name: name, turning: turning)
  }

  /// Takes pixels.
  init(pixels: [UInt8], height: Int, width: Int, channels: Int) {
    require(pixels.count == height * width * channels, "The pixels do not fit the size.")
    self.pixels = pixels
    (self.height, self.width, self.channels) = (height, width, channels)
  }
}
