/// One option as `petl describe` shows it, collected from the very calls that read it.
public struct OptionDescriptor: Sendable, Codable, Hashable {
  /// The key; an option of a nested section is `section.key`, of a list of sections `list[].key`.
  public let name: String
  /// What a value must be: `integer`, `number`, `boolean`, `string`, `one of a|b|c`, `list of …`,
  /// `number or schedule`, `section`, `list of sections` or `any`.
  public let kind: String
  /// The value when the key is absent, as it would be written; `none` when absence has a meaning of
  /// its own and `required` when the key must be there.
  public let defaultValue: String
  /// What the option does, one sentence.
  public let help: String
  /// The values that are allowed, when they can be listed.
  public let choices: [String]?
  /// The numbers that are allowed, in words, when they are bounded.
  public let range: String?

  /// Makes a descriptor.
  package init(
    name: String, kind: String, defaultValue: String, help: String, choices: [String]? = nil,
    range: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.help = help
    self.choices = choices
    self.range = range
  }

  /// The same option seen from the section around it.
  func nested(under prefix: String) -> OptionDescriptor {
    OptionDescriptor(
      name: "\(prefix).\(name)", kind: kind, defaultValue: defaultValue, help: help,
      choices: choices, range: range)
  }
}
