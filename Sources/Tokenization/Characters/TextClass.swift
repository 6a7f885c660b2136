/// What kind of character the regular expressions of byte-level tokenizers see.
enum TextClass: UInt8, Sendable {
  case space
  case letter
  case number
  case other

  /// The classes of ASCII.
  private static let ascii = (0..<0x80).map { TextClass(properties: Unicode.Scalar(UInt8($0))) }

  init(_ scalar: Unicode.Scalar) {
    self = scalar.value < 0x80 ? Self.ascii[Int(scalar.value)] : TextClass(properties: scalar)
  }

  private init(properties scalar: Unicode.Scalar) {
    self =
      if scalar.isLetter {
        .letter
      } else if scalar.isNumeric {
        scalar.isAssigned(before: 17) ? .number : .other
      } else {
        scalar.properties.isWhitespace ? .space : .other
      }
  }
}
