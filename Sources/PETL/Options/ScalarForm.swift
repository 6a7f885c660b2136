/// What a plain (unquoted) scalar means in YAML 1.1, as far as recipes use it.
///
/// Decimal integers may have underscores. Hexadecimal, octal and base-60 integers are not read as
/// numbers: the last two surprise people who write `010` or `10:30`.
enum ScalarForm: Equatable {
  /// Nothing, `~` or `null`.
  case null
  /// `true`, `yes`, `on` and their opposites, in lower case, upper case or capitalised.
  case boolean(Bool)
  /// A decimal integer.
  case integer(Int)
  /// A decimal integer that does not fit in an `Int`.
  case hugeInteger
  /// Digits after a leading zero, which YAML 1.1 would read as octal.
  case leadingZero
  /// A finite number that is not written as an integer.
  case number(Double)
  /// An infinity, a NaN, or a number too large for a `Double`.
  case notFinite
  /// Anything else: a string.
  case text

  /// Classifies the text of a plain scalar.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .boolean(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .boolean(false)
    default: self = Self.numeric(text)
    }
  }

  private static func numeric(_ text: String) -> ScalarForm {
    let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    switch unsigned.lowercased() {
    case ".inf", ".nan", "inf", "nan", "infinity": return .notFinite
    default: break
    }
    guard let shape = shape(of: unsigned.utf8) else { return .text }
    let digits = text.filter { $0 != "_" }
    if shape == .fraction {
      guard let number = Double(digits), number.isFinite else { return .notFinite }
      return .number(number)
    }
    if unsigned.first == "0", unsigned.count > 1 { return .leadingZero }
    return Int(digits).map { .integer($0) } ?? .hugeInteger
  }

  private enum Shape {
    case whole
    case fraction
  }

  /// Whether the characters after the sign make an integer, a fraction, or neither.
  private static func shape(of characters: Substring.UTF8View) -> Shape? {
    var rest = characters
    let whole = takeDigits(from: &rest)
    if rest.isEmpty { return whole > 0 ? .whole : nil }
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(from: &rest)
    }
    guard whole + fraction > 0 else { return nil }
    if rest.isEmpty { return .fraction }
    guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return nil }
    rest.removeFirst()
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    return takeDigits(from: &rest) > 0 && rest.isEmpty ? .fraction : nil
  }

  /// Removes leading digits (and the underscores among them) and counts the digits.
  private static func takeDigits(from rest: inout Substring.UTF8View) -> Int {
    var count = 0
    while let byte = rest.first {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        count += 1
      } else if byte != UInt8(ascii: "_") || count == 0 {
        break
      }
      rest.removeFirst()
    }
    return count
  }
}
