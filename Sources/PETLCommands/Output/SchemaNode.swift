import PETL

/// A part of a JSON Schema (draft 7, which editors of YAML know).
final class SchemaNode: Encodable {
  var schema: String?
  var title: String?
  var description: String?
  /// The kinds of values; empty for any.
  var type: [String]?
  var choices: [String]?
  var constant: String?
  var minimum: Double?
  var maximum: Double?
  var items: SchemaNode?
  var properties: [String: SchemaNode]?
  var patternProperties: [String: SchemaNode]?
  var additionalProperties: Bool?
  var required: [String]?
  var anyOf: [SchemaNode]?
  var allOf: [SchemaNode]?
  var condition: SchemaNode?
  var consequence: SchemaNode?

  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case title, description, type
    case choices = "enum"
    case constant = "const"
    case minimum, maximum, items, properties, patternProperties, additionalProperties, required
    case anyOf, allOf
    case condition = "if"
    case consequence = "then"
  }

  init(_ type: String? = nil, _ change: (SchemaNode) -> Void = { _ in }) {
    self.type = type.map { [$0] }
    change(self)
  }

  /// One of some words.
  convenience init(oneOf words: [String]) {
    self.init { $0.choices = words }
  }

  /// What an option's value must be.
  ///
  /// Without a value an option has its default, so that null is right everywhere.
  convenience init(_ option: OptionDescriptor) {
    self.init()
    let words = [
      option.help, option.range,
      option.defaultValue == "none" ? nil : "default \(option.defaultValue)",
    ]
    description = words.compactMap(\.self).joined(separator: "; ")
    let kind = option.kind
    let isList = kind.hasPrefix("list of ")
    switch kind {
    case "integer", "number", "boolean", "string":
      type = [kind, "null"]
      (minimum, maximum) = Self.bounds(option.range)
    case "mapping", "section": type = ["object", "null"]
    case _ where isList:
      type = ["array", "null"]
      let element = kind.dropFirst("list of ".count)
      items =
        option.choices.map { SchemaNode(oneOf: $0) }
        ?? SchemaNode(element == "integers" ? "integer" : element == "strings" ? "string" : nil)
      // One pattern of names takes the place of a list of kinds.
      if option.name == "sites" || option.name == "adapter.sites" {
        let list = SchemaNode("array") { $0.items = items }
        (type, items) = (nil, nil)
        anyOf = [list, SchemaNode("string"), SchemaNode("null")]
      }
    default:
      // Words, or a form of its own that is not said here: a schedule, a list, a mapping.
      guard let choices = option.choices else { return }
      let isAlone = kind == "one of " + choices.joined(separator: "|")
      anyOf = [SchemaNode(oneOf: choices), SchemaNode("null")]
      if !isAlone { anyOf?.append(contentsOf: [SchemaNode("object"), SchemaNode("array")]) }
    }
  }

  /// The bounds of a range in words.
  private static func bounds(_ range: String?) -> (Double?, Double?) {
    guard let words = range?.split(separator: " ") else { return (nil, nil) }
    switch (words.first, words.count) {
    case ("from", 4): return (Double(words[1]), Double(words[3]))
    case ("at", 3):
      let bound = Double(words[2])
      return words[1] == "least" ? (bound, nil) : (nil, bound)
    default: return (nil, nil)
    }
  }
}
