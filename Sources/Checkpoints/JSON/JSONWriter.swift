import PETL

extension JSONValue {
  /// The text of the value as Python's `json.dumps(value, indent=2, sort_keys=True)` gives it: ASCII
  /// only, members sorted by code point, no line end after the last line.
  ///
  /// - Throws: `DiagnosticError` if a number is not finite, which JSON cannot hold.
  public func formatted() throws -> String {
    var text = ""
    try write(to: &text, indentation: "")
    return text
  }

  private func write(to text: inout String, indentation: String) throws {
    let inner = indentation + "  "
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let whole): text += String(whole)
    case .number(let number):
      guard number.isFinite else { throw DiagnosticError("JSON cannot hold the number \(number)") }
      text += number.description
    case .string(let string): text += jsonString(string, asciiOnly: true)
    case .array(let elements):
      guard !elements.isEmpty else { return text += "[]" }
      for (index, element) in elements.enumerated() {
        text += (index == 0 ? "[\n" : ",\n") + inner
        try element.write(to: &text, indentation: inner)
      }
      text += "\n\(indentation)]"
    case .object(let members):
      guard !members.isEmpty else { return text += "{}" }
      let sorted = members.sorted { ExactName($0.name) < ExactName($1.name) }
      for (index, member) in sorted.enumerated() {
        text += (index == 0 ? "{\n" : ",\n") + inner
        text += jsonString(member.name, asciiOnly: true) + ": "
        try member.value.write(to: &text, indentation: inner)
      }
      text += "\n\(indentation)}"
    }
  }
}

/// A string literal: with `asciiOnly` as Python writes it, without as Rust's serde_json does.
public func jsonString(_ string: String, asciiOnly: Bool) -> String {
  var text = "\""
  for scalar in string.unicodeScalars {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\u{8}": text += "\\b"
    case "\u{C}": text += "\\f"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\0"..<" ": text += unicodeEscapes(scalar)
    case "\u{80}"...: text += asciiOnly ? unicodeEscapes(scalar) : String(Character(scalar))
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "\""
}

private func unicodeEscapes(_ scalar: Unicode.Scalar) -> String {
  UTF16.encode(scalar)?.map { unit in
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }.joined() ?? ""
}
