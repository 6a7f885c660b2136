/// How a camera was held: the orientation tag of Exif 2.3, 0x0112.
enum ExifOrientation: Int {
  case upright = 1
  case mirrored = 2
  case upsideDown = 3
  case flipped = 4
  case transposed = 5
  case needsClockwiseTurn = 6
  case transposedAlongOther = 7
  case needsCounterclockwiseTurn = 8

  /// Reads the tag out of an Exif block, from its TIFF header on.
  ///
  /// A block that is damaged, or has no such tag or an unknown value, turns nothing, as with Pillow.
  init(_ exif: [UInt8]) {
    self = Self.value(in: TIFFBytes(exif)).flatMap(ExifOrientation.init(rawValue:)) ?? .upright
  }

  /// The value of the tag in the first directory.
  private static func value(in tiff: TIFFBytes?) -> Int? {
    guard let tiff, let directory = tiff.long(at: 4), let count = tiff.short(at: directory) else {
      return nil
    }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = tiff.short(at: entry) else { return nil }
      guard tag == 0x0112 else { continue }
      guard tiff.long(at: entry + 4) == 1 else { return nil }
      // A value that fits four bytes stands in the entry itself.
      switch tiff.short(at: entry + 2) {
      case 1: return tiff.byte(at: entry + 8)
      case 3: return tiff.short(at: entry + 8)
      case 4: return tiff.long(at: entry + 8)
      default: return nil
      }
    }
    return nil
  }
}

/// Numbers of a TIFF block in its own byte order; nil beyond its end.
private struct TIFFBytes {
  private let bytes: [UInt8]
  private let isLittleEndian: Bool

  /// Nil without a TIFF header.
  init?(_ bytes: [UInt8]) {
    switch bytes.prefix(2) {
    case [0x49, 0x49]: isLittleEndian = true
    case [0x4D, 0x4D]: isLittleEndian = false
    default: return nil
    }
    self.bytes = bytes
    guard short(at: 2) == 42 else { return nil }
  }

  func byte(at offset: Int) -> Int? { number(at: offset, bytes: 1) }
  func short(at offset: Int) -> Int? { number(at: offset, bytes: 2) }
  func long(at offset: Int) -> Int? { number(at: offset, bytes: 4) }

  private func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset <= bytes.count - count else { return nil }
    let digits = bytes[offset..<offset + count]
    return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) {
      $0 << 8 | Int($1)
    }
  }
}
