import PETL

/// The entries of a mapping while it is read: refuses a key that stands twice, and puts those that
/// `<<` merges in, where the mapping has none of its own.
struct MappingEntries {
  private enum Item {
    case entry(ConfigurationNode.Entry)
    case merged([ConfigurationNode.Entry])
  }

  private var items: [Item] = []
  private var lineOfKey: [String: Int] = [:]
  private var mergeLine: Int?

  /// Adds an entry; a second one of the same key is a mistake.
  mutating func add(_ entry: ConfigurationNode.Entry) -> Diagnostic? {
    if let line = lineOfKey[entry.key] { return duplicate(entry.key, entry.keySpan, line) }
    lineOfKey[entry.key] = entry.keySpan.line
    items.append(.entry(entry))
    return nil
  }

  /// Adds what `<<` merges in: a mapping, or a list of them of which the first ones win.
  mutating func merge(_ node: ConfigurationNode, keySpan: SourceSpan) -> Diagnostic? {
    if let mergeLine { return duplicate("<<", keySpan, mergeLine) }
    mergeLine = keySpan.line
    switch node.value {
    case .mapping(let entries):
      items.append(.merged(entries))
      return nil
    case .sequence(let nodes):
      let parts = nodes.map { node -> [ConfigurationNode.Entry]? in
        guard case .mapping(let entries) = node.value else { return nil }
        return entries
      }
      guard parts.contains(where: { $0 == nil }) else {
        items.append(.merged(parts.flatMap { $0 ?? [] }))
        return nil
      }
    case .scalar: break
    }
    return Diagnostic(
      "'<<' merges a mapping or a list of mappings, found \(node.kindDescription)", at: keySpan,
      hints: ["write '<<: *name' for a mapping marked with '&name'; quote '<<' to use it as a key"])
  }

  /// All entries in order; those merged in stand where `<<` does.
  func finished() -> [ConfigurationNode.Entry] {
    var taken = Set(lineOfKey.keys)
    return items.flatMap { item -> [ConfigurationNode.Entry] in
      switch item {
      case .entry(let entry): [entry]
      case .merged(let entries): entries.filter { taken.insert($0.key).inserted }
      }
    }
  }

  private func duplicate(_ key: String, _ span: SourceSpan, _ line: Int) -> Diagnostic {
    Diagnostic("the key '\(key)' stands twice", at: span, hints: ["it is already on line \(line)"])
  }
}
