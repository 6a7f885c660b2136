extension OptionReader {
  /// Every option that was read with the value in force, defaults included: what a run stores, so
  /// that a later version with other defaults repeats it.
  ///
  /// Options that are absent and whose absence has a meaning of its own are left out.
  package var resolved: ConfigurationNode {
    let span = place ?? SourceSpan(source: SourceText(name: section, text: ""), line: 1, column: 1)
    let recorded = declarations.filter { !unrecordedKeys.contains($0.descriptor.name) }
    let resolved = recorded.compactMap { declaration in
      resolvedValue(declaration, span).map {
        ConfigurationNode.Entry(key: declaration.descriptor.name, keySpan: span, value: $0)
      }
    }
    return ConfigurationNode(.mapping(resolved), span: span)
  }

  /// Leaves an option out of what is resolved: one that says what its absence says, and always said.
  package func leaveOut(_ key: String) { unrecordedKeys.insert(key) }

  /// Writes options as they stand, those of a plugin that were written before.
  package func include(_ entries: [ConfigurationNode.Entry]) {
    for entry in entries {
      declare(
        OptionDescriptor(name: entry.key, kind: "any", defaultValue: "none", help: "as written"))
      write(entry.key, entry.value)
      if entry.value.isNull { keptNulls.insert(entry.key) }
    }
  }

  private func resolvedValue(_ declaration: Declaration, _ span: SourceSpan) -> ConfigurationNode? {
    if !declaration.elements.isEmpty {
      return ConfigurationNode(.sequence(declaration.elements.map(\.resolved)), span: span)
    }
    if let child = declaration.child, declaration.descriptor.kind == "section" {
      return child.resolved
    }
    if let entry = entry(declaration.descriptor.name) {
      let isKept = keptNulls.contains(declaration.descriptor.name)
      return entry.value.isNull && !isKept ? nil : entry.value
    }
    return defaultNode(declaration.descriptor.defaultValue, span)
  }

  private func defaultNode(_ text: String, _ span: SourceSpan) -> ConfigurationNode? {
    if text == "none" || text == OptionReader.required { return nil }
    guard text.hasPrefix("["), text.hasSuffix("]") else {
      return ConfigurationNode(.scalar(text: text, isQuoted: false), span: span)
    }
    let items = text.dropFirst().dropLast().split(separator: ", ").map {
      ConfigurationNode(.scalar(text: String($0), isQuoted: false), span: span)
    }
    return items.isEmpty ? nil : ConfigurationNode(.sequence(items), span: span)
  }

  /// Marks every key as known, where what they mean cannot be told: the options of a plugin that
  /// does not exist are not mistakes of their own.
  package func acceptRemainingKeys() {
    declaredKeys.formUnion(entries.map(\.key))
  }
}
