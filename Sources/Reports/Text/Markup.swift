import Foundation

/// An element of HTML or SVG: all text and all attribute values go through `escaped`.
struct Markup {
  /// The text as it goes into the file.
  let text: String

  /// Text as it is read, with the five special characters escaped and control characters replaced.
  init(escaping text: String) { self.text = Markup.escaped(text) }

  /// An element with attributes and children.
  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = [])
  {
    let list = attributes.map { " \($0)=\"\(Markup.escaped($1))\"" }.joined()
    let inner = children.map(\.text).joined()
    // HTML wants an end tag of everything that is not void; XML takes both.
    text =
      children.isEmpty && Self.void.contains(name)
      ? "<\(name)\(list)/>" : "<\(name)\(list)>\(inner)</\(name)>"
  }

  /// An element with text in it.
  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.init(name, attributes, [Markup(escaping: text)])
  }

  private static let void: Set<String> = ["meta", "img", "rect", "line", "path", "circle"]

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(visible(scalar))
      }
    }
    return result
  }
}

extension Markup {
  /// The text with a sign in the place of what nobody sees: control characters but line ends and tabs, what
  /// turns the direction of writing, and what XML forbids.
  static func visible(_ text: String) -> String {
    var result = ""
    result.unicodeScalars.append(contentsOf: text.unicodeScalars.map(visible))
    return result
  }

  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 9, 10: scalar
    case 0..<32, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFFE,
      0xFFFF:
      "\u{FFFD}"
    default: scalar
    }
  }
}

/// A coordinate in a drawing, with at most two digits after the point; far outside of any drawing it is
/// 1,000,000.
func coordinate(_ value: Double) -> String {
  guard !value.isNaN else { return "0" }
  let rounded = (min(1e6, max(-1e6, value)) * 100).rounded() / 100
  return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
}

/// A number with a fixed count of digits after the point; a dash where there is none.
func figure(_ value: Double?, _ digits: Int) -> String {
  guard let value else { return "–" }
  guard value.isFinite else { return "not finite" }
  // What rounds to 0 has no sign.
  return String(format: "%.\(digits)f", value).replacing(/^-(0\.?0*)$/) { $0.1 }
}

/// A number of any size with four significant digits, as short as it can be written.
func shortFigure(_ value: Double) -> String {
  guard value.isFinite else { return "not finite" }
  return shortExponent(String(format: "%.4g", value))
}

/// A number whose exponent has no zeros before it: 1e-05 is 1e-5.
func shortExponent(_ text: String) -> String {
  text.replacing(/e([+-])0*(\d)/) { "e\($0.1 == "-" ? "-" : "")\($0.2)" }
}

/// A share as a percentage with one digit; a dash where there is none.
func percentage(_ share: Double?) -> String {
  guard let share, share.isFinite else { return figure(share, 1) }
  return figure(share * 100, 1) + " %"
}
