import Checkpoints
import PETL

/// What timm's architectures are made with.
enum TIMMArchitecture {
  /// The arguments of an architecture that its weights do not show; nil for one that is not known.
  ///
  /// - Parameter name: timm's, with or without a tag after a point.
  /// - Returns: an object with the keys of `model_args`, and `class` and `norm_eps`.
  static func arguments(_ name: String) -> JSONValue? {
    // timm puts the tag of the weights after a point.
    let plain = name.split(separator: ".").first.map(String.init) ?? name
    return all[plain]
  }

  private static let all: [String: JSONValue] = {
    var found: [String: JSONValue] = [:]
    var (text, current) = ("", JSONValue.null)
    for line in table.split(separator: "\n") {
      if !line.hasPrefix("  ") {
        // Arguments go on in the next line until their brace.
        text += line
        guard line.hasSuffix("}") else { continue }
        current = (try? JSONValue(parsing: Array(text.utf8), name: "timm")) ?? .null
        text = ""
      } else {
        for name in line.split(separator: " ") { found[String(name)] = current }
      }
    }
    return found
  }()
}
