import PETL

extension Conformance {
  /// What is lost when options are written into a recipe and read again: those that are given, and those
  /// with other values than the defaults, for each option by itself and for all together.
  ///
  /// - Parameter options: made in code.
  /// - Returns: what is wrong.
  public static func roundTripFindings<Options: PluginOptions>(
    of options: Options
  ) -> [ConformanceFinding] {
    var findings: [ConformanceFinding] = []
    func note(_ detail: String) {
      findings.append(ConformanceFinding(check: "options", detail: detail))
    }
    let again = reading(options.written, Options.self)
    if again.mistakes.isEmpty, again.options != options {
      note("options made in code, written and read again are others: a property is not visited")
    }
    let describing = OptionReader(describing: "options")
    let standard = Options(from: describing)
    let alternatives = describing.descriptors.map { ($0, $0.otherValues) }
    func check(_ node: ConfigurationNode, _ words: String, mustChange: Bool) {
      let first = reading(node, Options.self)
      if first.options == standard {
        // What is a mistake was left as it is.
        if mustChange, first.mistakes.isEmpty {
          note("'\(words)' changes nothing: the option is not kept")
        }
        return
      }
      let second = reading(first.options.written, Options.self)
      if first.mistakes.isEmpty, let mistake = second.mistakes.first {
        note("'\(words)' cannot be read again: \(mistake)")
      } else if second.options != first.options {
        note("'\(words)' is another after it was written and read again")
      }
    }
    for (descriptor, values) in alternatives {
      for value in values {
        check(
          Self.node(descriptor.name, value), "\(descriptor.name): \(value.words)",
          mustChange: descriptor.defaultValue != "required")
      }
    }
    var all = ConfigurationNode(writing: [])
    for (descriptor, values) in alternatives {
      if let value = values.first { all = merged(all, Self.node(descriptor.name, value)) }
    }
    check(all, "all options together", mustChange: false)
    return findings
  }

  /// The options of a mapping, and what is wrong with it.
  private static func reading<Options: PluginOptions>(
    _ node: ConfigurationNode, _ type: Options.Type
  ) -> (options: Options, mistakes: [String]) {
    let reader = OptionReader(node, section: "options")
    let options = Options(from: reader)
    reader.finish()
    return (options, reader.diagnostics.map(\.message))
  }

  /// A mapping with one value, at the name that a descriptor has: `key`, `section.key` or `list[].key`.
  private static func node(_ name: String, _ value: ConfigurationNode) -> ConfigurationNode {
    name.split(separator: ".").reversed().reduce(value) { inner, part in
      part.hasSuffix("[]")
        ? ConfigurationNode(writing: [(String(part.dropLast(2)), .init(elements: [inner]))])
        : ConfigurationNode(writing: [(String(part), inner)])
    }
  }

  /// Two values in one; of lists the first elements.
  private static func merged(_ a: ConfigurationNode, _ b: ConfigurationNode) -> ConfigurationNode {
    switch (a.value, b.value) {
    case (.sequence(let first), .sequence(let second)) where first.count == 1 && second.count == 1:
      return ConfigurationNode(elements: [merged(first[0], second[0])])
    case (.mapping(let first), .mapping(let second)):
      var entries = first
      for entry in second {
        if let index = entries.firstIndex(where: { $0.key == entry.key }) {
          entries[index] = .init(writing: entry.key, merged(entries[index].value, entry.value))
        } else {
          entries.append(entry)
        }
      }
      return ConfigurationNode(.mapping(entries), span: .nowhere)
    default: return b
    }
  }
}

extension ConfigurationNode {
  /// The value on one line.
  fileprivate var words: String {
    switch value {
    case .scalar(let text, let isQuoted): isQuoted ? "'\(text)'" : text
    case .sequence(let elements): "[\(elements.map(\.words).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.value.words)" }.joined(separator: ", "))}"
    }
  }
}
