/// A part of a text on its way to the model.
struct Piece: Sendable {
  /// Its characters.
  var scalars: [Unicode.Scalar]
  /// Whether it begins where the text as it was given begins, before anything was removed there.
  ///
  /// `Metaspace` with `"prepend_scheme": "first"` asks for it.
  var isAtStart: Bool
}

/// The bytes of a text in UTF-8.
func utf8(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
  var bytes: [UInt8] = []
  for scalar in scalars { append(scalar, to: &bytes) }
  return bytes
}

/// Adds a character in UTF-8.
@inline(__always)
func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
  let value = scalar.value
  switch value {
  case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
  case 0x80..<0x800:
    bytes.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  case 0x800..<0x10000:
    bytes.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  default:
    bytes.append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  }
}

/// The characters of a text in UTF-8; what is no character becomes U+FFFD.
func scalars(_ bytes: [UInt8]) -> [Unicode.Scalar] {
  Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
}
