/// For a section whose options are those of several plugins.
extension OptionReader {
  /// Declares a choice among names that are known only now.
  package func choice(
    _ key: String, _ value: inout String, of names: [String], help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|"))", defaultValue: value, help: help,
      choices: names)
    visit(
      descriptor, &value, expected: OptionReader.oneOf(names), writing: { .init(name: $0) }
    ) { string(from: $0, path(key), allowed: names) }
  }

  /// Declares options before a plugin reads them: their order and their help are then these.
  package func declare(_ descriptors: [OptionDescriptor]) {
    for descriptor in descriptors { declare(descriptor) }
  }

  /// A reader of one option alone, whose mistakes count among this reader's; nil where it is absent.
  package func alone(_ key: String) -> OptionReader? {
    guard let entry = entry(key) else { return nil }
    let reader = OptionReader(
      section: section, mode: .reading, place: place, entries: [entry])
    children.append(reader)
    return reader
  }

  /// The value of a key as it stands, which is not declared by that; nil where it is absent or nothing.
  package func given(_ key: String) -> ConfigurationNode? {
    entry(key).flatMap { $0.value.isNull ? nil : $0.value }
  }

  /// The keys that are given.
  package var givenKeys: [String] { entries.map(\.key) }

  /// A reader of these entries in the section's place, whose mistakes count among this reader's.
  package func reading(_ entries: [ConfigurationNode.Entry]) -> OptionReader {
    let reader = OptionReader(section: section, mode: .reading, place: place, entries: entries)
    children.append(reader)
    return reader
  }
}
