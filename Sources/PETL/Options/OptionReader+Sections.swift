extension OptionReader {
  /// Declares a value of any kind, as it stands, for what the other calls do not cover.
  ///
  /// - Parameters:
  ///   - key: the option's name.
  ///   - value: what is given; nil where nothing is.
  ///   - kind: what it may be, in words, for its description.
  ///   - fallback: what absence means, as it would be written; `none` when it means nothing else.
  ///   - help: what it does.
  package func node(
    _ key: String, _ value: inout ConfigurationNode?, kind: String = "any",
    default fallback: String = "none", help: String
  ) {
    declare(OptionDescriptor(name: key, kind: kind, defaultValue: fallback, help: help))
    guard !isWriting else {
      if let value { write(key, value) }
      return
    }
    if let given = entry(key)?.value {
      note(key, from: value, to: given)
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
    sections(key, &list, help: help) { _ in Section() }
  }

  /// Declares a list of nested mappings; the defaults of each depend on its index.
  package func sections<Section: PluginOptions>(
    _ key: String, _ list: inout [Section], help: String, default make: (Int) -> Section
  ) {
    if isDescribing || entry(key) != nil {
      let found = sections(key, help: help).enumerated().map { index, reader in
        var element = make(index)
        element.visit(reader)
        return element
      }
      if isDescribing { return }
      list = found
      readKeys.insert(key)
    } else {
      // A default is written as if it had been read.
      for (index, writer) in writers(key, count: list.count, help: help).enumerated() {
        list[index].visit(writer)
      }
    }
  }

  /// Declares a list of nested mappings that are written.
  package func writers(_ key: String, count: Int, help: String) -> [OptionReader] {
    let writers = (0..<count).map {
      OptionReader(writingBeside: nil, section: "\(path(key)).\($0)")
    }
    declareSections(key, writers, help: help)
    return writers
  }

  /// The readers of a list of nested mappings that was declared.
  package func elementReaders(of key: String) -> [OptionReader] {
    declarations.first { $0.descriptor.name == key }?.elements ?? []
  }

  /// The reader of a nested mapping.
  ///
  /// Its mistakes count among this reader's; an absent one reads as all defaults.
  ///
  /// - Parameters:
  ///   - key: its name.
  ///   - allowsNull: whether `~` or `null`, in so many letters, says what absence does.
  ///   - help: what it is.
  /// - Returns: one reader for all calls with the same key.
  package func section(_ key: String, allowsNull: Bool = false, help: String) -> OptionReader {
    if let known = declarations.first(where: { $0.prefix == key })?.child { return known }
    let child: OptionReader
    if let entry = entry(key), !(allowsNull && isNothing(key)) {
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

  /// The readers of a list of nested mappings; none when the key is absent, a mistake when the list is
  /// empty.
  ///
  /// In describing mode there is one element, so that its options are described.
  package func sections(_ key: String, help: String) -> [OptionReader] {
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
