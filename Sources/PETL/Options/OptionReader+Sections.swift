extension OptionReader {
  /// Declares a value of any kind, as it stands, for what the other calls do not cover.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - value: what is given; nil where nothing is.
  ///   - kind: what it may be, in words, for its description.
  ///   - fallback: what absence means, as it would be written; `none` when it means nothing else.
  ///   - help: what it does.
  public func node(
    _ key: String, _ value: inout ConfigurationNode?, kind: String = "any",
    default fallback: String = "none", help: String
  ) {
    let given = node(key, kind: kind, default: fallback, help: help)
    guard !isWriting else {
      if let value { write(key, value) }
      return
    }
    if let given {
      readKeys.insert(key)
      value = given
    }
  }

  /// Declares a nested mapping.
  ///
  /// Its mistakes count among this reader's; an absent one leaves all defaults.
  public func section<Section: PluginOptions>(
    _ key: String, _ section: inout Section, help: String
  ) {
    section.visit(self.section(key, help: help))
  }

  /// Declares a list of nested mappings; an absent one leaves what there is, an empty one is a mistake.
  public func sections<Section: PluginOptions>(
    _ key: String, _ list: inout [Section], help: String
  ) {
    guard !isWriting, contains(key) else {
      if isDescribing {
        for reader in sections(key, help: help) { _ = Section(from: reader) }
        return
      }
      // The default is written as if it had been read.
      let writers = list.indices.map {
        OptionReader(writingBeside: nil, section: "\(path(key)).\($0)")
      }
      for (index, writer) in writers.enumerated() {
        var element = list[index]
        element.visit(writer)
      }
      declareSections(key, writers, help: help)
      return
    }
    let readers = sections(key, help: help)
    list = readers.map { Section(from: $0) }
    readKeys.insert(key)
  }

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
      let described = standard?.declarations.first { $0.prefix == key }?.child
      child = OptionReader(
        section: path(key), mode: modeWithoutValue, place: place, standard: described)
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
    declareSections(key, readers, help: help)
    return readers
  }

  private func declareSections(_ key: String, _ readers: [OptionReader], help: String) {
    declare(
      OptionDescriptor(name: key, kind: "list of sections", defaultValue: "none", help: help),
      prefix: "\(key)[]", child: readers.first, elements: readers)
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
    case .writing: .writing
    case .reading, .absent: .absent
    }
  }
}
