extension OptionReader {
  /// One of some names, or a mapping with keys of its own.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - names: those that are allowed.
  ///   - fallback: the name when the key is absent.
  ///   - keys: the keys of the mapping, for descriptions.
  ///   - help: what the option does.
  ///   - mapping: reads the mapping; its mistakes count among this reader's.
  /// - Returns: the name, or what `mapping` gives; the default where there is a mistake.
  package func choice(
    _ key: String, of names: [String], default fallback: String, orMappingOf keys: [String],
    help: String, mapping: (OptionReader) -> String?
  ) -> String {
    let form = "{\(keys.joined(separator: ", "))}"
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|")), or \(form)",
      defaultValue: fallback, help: help)
    return value(descriptor, expected: "\(OptionReader.oneOf(names)), or \(form)") { node in
      guard case .mapping = node.value else {
        return string(from: node, path(key), allowed: names)
      }
      let reader = OptionReader(node, section: path(key))
      children.append(reader)
      defer { reader.finish() }
      return mapping(reader)
    } ?? fallback
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

  /// One of the cases of an enumeration, by its raw value; nil when the key is absent or `null`.
  package func optionalChoice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type, help: String
  ) -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let descriptor = OptionDescriptor(
      name: key, kind: "one of \(names.joined(separator: "|"))", defaultValue: "none", help: help,
      choices: names)
    return value(descriptor, expected: OptionReader.oneOf(names), allowsNull: true) {
      string(from: $0, path(key), allowed: names).flatMap(Choice.init(rawValue:))
    }
  }
}
