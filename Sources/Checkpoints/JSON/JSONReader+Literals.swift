extension JSONReader {
  /// Reads a string; the position is at its opening quote.
  mutating func string() throws(JSONSyntaxError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    var plain = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[plain..<position]
        position += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw error("the string is not valid UTF-8", at: firstInvalidByte(from: start))
        }
        return valid
      case UInt8(ascii: "\\"):
        text += bytes[plain..<position]
        text += try escape().utf8
        plain = position
      case 0..<0x20: throw error("a control character stands in a string without an escape")
      default: position += 1
      }
    }
    throw error("the string has no closing quote", at: start)
  }

  /// Where, after `start`, the first byte stands that is not part of a valid UTF-8 sequence.
  private func firstInvalidByte(from start: Int) -> Int {
    var decoder = UTF8()
    var rest = bytes[start..<position].makeIterator()
    var offset = start
    while case .scalarValue(let scalar) = decoder.decode(&rest) {
      offset += UTF8.width(scalar)
    }
    return offset
  }

  /// Reads an escape; the position is at its backslash.
  private mutating func escape() throws(JSONSyntaxError) -> String {
    let start = position
    position += 2
    guard position <= bytes.count else { throw error("the text ends in an escape", at: start) }
    switch bytes[position - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(from: start)
    default: throw error("unknown escape", at: start)
    }
  }

  private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) -> String {
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return String(Character(scalar)) }
    // A surrogate: the first half must be followed by the second.
    if unit < 0xDC00, bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
      position += 2
      let second = try hexadecimalUnit()
      let low = UInt32(second) &- 0xDC00
      if low < 0x400, let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + low) {
        return String(Character(scalar))
      }
    }
    throw error("half of a surrogate pair", at: start)
  }

  private mutating func hexadecimalUnit() throws(JSONSyntaxError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits are expected after `\\u`")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  /// Reads a number; the position is at its sign or first digit.
  mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    var whole = true
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      whole = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      whole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if whole, let integer = Int(text) { return .integer(integer) }
    guard let double = Double(text), double.isFinite else {
      throw error("the number \(text.prefix(40)) is too large", at: start)
    }
    return .number(double)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    guard position > start else { throw error("a digit is expected") }
  }
}
