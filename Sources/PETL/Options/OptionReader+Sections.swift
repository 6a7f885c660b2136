extension OptionReader {
  /// The value as it stands, for what the other getters do not cover; nil when the key is absent.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - kind: what it may be, in words, for its description.
  ///   - fallback: what absence means, as it would be written; `none` when it means nothing else.
  ///   - help: what it does.
  /// - Returns: the value, whatever it is.
  public func node(
    _ key: String, kind: String = "any", default fallback: String = "none", help: String
  ) -> ConfigurationNode? {
    declare(OptionDescriptor(name: key, kind: kind, defaultValue: fallback, help: help))
    return entry(key)?.value
  }

  /// A nested mapping.
  ///
  /// Its mistakes count among this reader's; an absent one reads as all defaults.
  public func section(_ key: String, help: String) -> OptionReader {
    if let known = declarations.first(where: { $0.prefix == key })?.child { return known }
    let child: OptionReader
    if let entry = entry(key) {
      child = OptionReader(entry.value, section: path(key), place: entry.keySpan)
    } else {
      child = OptionReader(section: path(key), mode: modeWithoutValue, place: place)
    }
    children.append(child)
    declare(
      OptionDescriptor(name: key, kind: "section", defaultValue: "none", help: help),
      prefix: key, child: child)
    return child
  }

  /// A list of nested mappings; empty when the key is absent, a mistake when the list is empty.
  ///
  /// In describing mode there is one element, so that its options are described.
  public func sections(_ key: String, help: String) -> [OptionReader] {
    let readers = elements(key)
    children += readers
    let described = readers.first
    declare(
      OptionDescriptor(name: key, kind: "list of sections", defaultValue: "none", help: help),
      prefix: "\(key)[]", child: described, elements: readers)
    return readers
  }

  private func elements(_ key: String) -> [OptionReader] {
    guard let entry = entry(key) else {
      guard case .describing = mode else { return [] }
      return [OptionReader(section: "\(path(key)).0", mode: .describing, place: nil)]
    }
    if entry.value.isNull {
      report("'\(path(key))' has no value", at: key, hints: ["expected a list of mappings"])
      return []
    }
    guard case .sequence(let nodes) = entry.value.value else {
      var hints: [String] = []
      if case .mapping = entry.value.value { hints = ["start each element with '- '"] }
      reportMismatch(entry.value, path(key), mustBe: "a list of mappings", hints: hints)
      return []
    }
    if nodes.isEmpty { report("'\(path(key))' is an empty list", at: key) }
    return nodes.enumerated().map { OptionReader($1, section: "\(path(key)).\($0)") }
  }

  /// What a section within is when its key is absent.
  private var modeWithoutValue: Mode {
    switch mode {
    case .describing: .describing
    case .broken: .broken
    case .reading, .absent: .absent
    }
  }
}
