extension OptionReader {
  /// Declares one of some names, or a mapping with keys of its own.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - value: what is chosen.
  ///   - names: those that are allowed, with what they mean.
  ///   - keys: the keys of the mapping, for descriptions.
  ///   - help: what the option does.
  ///   - write: a value as a recipe holds it.
  ///   - mapping: reads the mapping; its mistakes count among this reader's.
  package func choice<Value>(
    _ key: String, _ value: inout Value, of names: [(name: String, value: Value)],
    orMappingOf keys: [String], help: String, writing write: (Value) -> ConfigurationNode,
    mapping: (OptionReader) -> Value?
  ) {
    let form = "{\(keys.joined(separator: ", "))}"
    let words = names.map(\.name)
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(words.joined(separator: "|")), or \(form)",
      defaultValue: write(value).stringValue ?? "none", help: help)
    visit(
      descriptor, &value, expected: "\(OptionReader.oneOf(words)), or \(form)", writing: write
    ) { node in
      guard case .mapping = node.value else {
        let name = string(from: node, path(key), allowed: words)
        return names.first { $0.name == name }?.value
      }
      let reader = OptionReader(node, section: path(key))
      children.append(reader)
      defer { reader.finish() }
      return mapping(reader)
    }
  }

  /// A list of so many numbers, which may be equal; nil when it is absent, or has a mistake.
  package func requiredNumbers(
    _ key: String, count: Int, in range: ClosedRange<Double>? = nil, help: String
  ) -> [Double]? {
    let kind = "list of \(count) numbers"
    let descriptor = OptionDescriptor(
      name: key, kind: kind, defaultValue: OptionReader.required, help: help,
      range: rangeWords(range))
    return value(descriptor, expected: "a \(kind)", isRequired: true) { node in
      guard case .sequence(let nodes) = node.value, nodes.count == count else {
        var found = node.kindDescription
        if case .sequence(let nodes) = node.value { found = "a list of \(nodes.count)" }
        mistakes.append(
          Diagnostic("'\(path(key))' must be a \(kind), found \(found)", at: node.span))
        return nil
      }
      let numbers = nodes.enumerated().map {
        number(from: $1, "\(path(key)).\($0)", in: range)
      }
      let found = numbers.compactMap { $0 }
      return found.count == count ? found : nil
    }
  }
}
