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

  /// Reads the tag where Pillow's `ImageOps.exif_transpose` looks for it: in the Exif block, else in a
  /// raw profile, else in XMP.
  ///
  /// A block that is damaged, or has an unknown value, turns nothing; XMP counts where there is no tag.
  ///
  /// - Parameters:
  ///   - exif: the block, perhaps with `Exif\0\0` before its TIFF header.
  ///   - profile: the text `Raw profile type exif` of a PNG: three lines, then hexadecimal digits.
  ///   - xmp: the packet.
  init(exif: [UInt8], profile: [UInt8] = [], xmp: [UInt8] = []) {
    let block = exif.isEmpty ? Self.bytes(ofProfile: profile) : exif
    let value = Self.value(in: TIFFBytes(Self.withoutPrefix(block))) ?? Self.value(inXMP: xmp)
    self = value.flatMap(ExifOrientation.init(rawValue:)) ?? .upright
  }

  private static func withoutPrefix(_ exif: [UInt8]) -> [UInt8] {
    let prefix = Array("Exif\0\0".utf8)
    return exif.starts(with: prefix) ? Array(exif.dropFirst(prefix.count)) : exif
  }

  private static func bytes(ofProfile text: [UInt8]) -> [UInt8] {
    let lines = text.split(separator: 10, omittingEmptySubsequences: false).dropFirst(3)
    let digits = lines.joined().filter { ![9, 11, 12, 13, 32].contains($0) }
    guard digits.count.isMultiple(of: 2) else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else {
        return []
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 48...57: character - 48
    case 65...70: character - 55
    case 97...102: character - 87
    default: nil
    }
  }

  /// The digit after the first `tiff:Orientation="` or `tiff:Orientation>`.
  private static func value(inXMP xmp: [UInt8]) -> Int? {
    let name = Array("tiff:Orientation".utf8)
    var rest = xmp[...]
    while let found = rest.firstRange(of: name) {
      rest = rest[found.upperBound...]
      let start = rest.starts(with: [0x3D, 0x22]) ? 2 : rest.first == 0x3E ? 1 : nil
      guard let start, let digit = rest.dropFirst(start).first, (48...57).contains(digit) else {
        continue
      }
      return Int(digit) - 48
    }
    return nil
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
