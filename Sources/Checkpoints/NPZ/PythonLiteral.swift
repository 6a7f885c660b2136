/// The few Python literals that the header of an `.npy` array is made of.
struct PythonLiteral {
  /// What a literal says.
  enum Value {
    /// A string without escapes.
    case text(String)
    /// `True` or `False`.
    case flag(Bool)
    /// A tuple of whole numbers that are not negative.
    case tuple([Int])
    /// A list: the fields of a record type, which are not looked at.
    case list
  }

  private let bytes: [UInt8]
  private var position = 0

  /// A reader at the start of `bytes`.
  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A dictionary with string keys, each once, and nothing but white space after it; nil for anything
  /// else.
  mutating func dictionary() -> [String: Value]? {
    guard take("{") else { return nil }
    var values: [String: Value] = [:]
    while !take("}") {
      guard let key = string(), take(":"), let value = value(),
        values.updateValue(value, forKey: key) == nil
      else { return nil }
      guard take(",") || next == UInt8(ascii: "}") else { return nil }
    }
    return next == nil ? values : nil
  }

  /// The next byte that is not white space.
  private var next: UInt8? {
    mutating get {
      while position < bytes.count, [0x20, 0x0A].contains(bytes[position]) { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private mutating func take(_ text: String) -> Bool {
    guard next != nil, bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  private mutating func value() -> Value? {
    if take("True") { return .flag(true) }
    if take("False") { return .flag(false) }
    if next == UInt8(ascii: "(") { return tuple().map { .tuple($0) } }
    if next == UInt8(ascii: "[") { return list() }
    return string().map { .text($0) }
  }

  private mutating func string() -> String? {
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { return nil }
    let content = bytes[start..<end]
    guard !content.contains(UInt8(ascii: "\\")) else { return nil }
    position = end + 1
    return String(validating: content, as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var numbers: [Int] = []
    while !take(")") {
      _ = next
      let digits = bytes[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      position += digits.count
      numbers.append(number)
      // One number without a comma is no tuple.
      guard take(",") || (numbers.count > 1 && next == UInt8(ascii: ")")) else { return nil }
    }
    return numbers
  }

  private mutating func list() -> Value? {
    var depth = 0
    repeat {
      guard let byte = next else { return nil }
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      position += 1
    } while depth > 0
    return .list
  }
}
