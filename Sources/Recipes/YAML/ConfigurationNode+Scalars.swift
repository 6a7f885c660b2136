import PETL

extension ConfigurationNode {
  /// The options whose values are names, paths and words.
  private static let texts: Set<String> = [
    "name", "weights", "tokenizer", "path", "reference", "sites", "modules_to_save", "plugins",
    "template", "system", "text", "text_pair", "label",
  ]

  /// A scalar so that equal numbers and booleans have equal texts: 1e-3 is 0.001, and 1.0 is 1.
  private var meaning: String? {
    if let boolean = booleanValue { return "\(boolean)" }
    if let integer = integerValue { return "\(integer)" }
    guard let number = numberValue else { return stringValue }
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Every scalar under its dotted key; a list of scalars is one value, `[a, b]`.
  package func scalars(_ path: String = "") -> [(key: String, text: String)] {
    func below(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    // Names and paths are texts, whatever they look like: 3.1 is not 3.10.
    let isText = Self.texts.contains(path.split(separator: ".").last.map(String.init) ?? "")
    func text(_ node: ConfigurationNode) -> String? { isText ? node.stringValue : node.meaning }
    switch value {
    case .scalar: return text(self).map { [(path, $0)] } ?? []
    case .mapping(let entries): return entries.flatMap { $0.value.scalars(below($0.key)) }
    case .sequence(let elements):
      let texts = elements.compactMap(text)
      guard texts.count < elements.count else {
        return [(path, "[" + texts.joined(separator: ", ") + "]")]
      }
      return elements.enumerated().flatMap { $1.scalars(below("\($0)")) }
    }
  }
}
