import PETL

extension YAMLBuilder {
  mutating func sequence(_ start: YAMLEvent, depth: Int) throws -> Built {
    var elements: [Built] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind {
        let span = spanOfCollection(start, event, first: nil)
        let node = ConfigurationNode(.sequence(elements.map(\.node)), span: span)
        return built(node, elements)
      }
      elements.append(try build(event, depth: depth + 1))
    }
  }

  mutating func mapping(_ start: YAMLEvent, depth: Int) throws -> Built {
    var entries = MappingEntries()
    var values: [Built] = []
    var firstKey: SourceSpan?
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind {
        let span = spanOfCollection(start, event, first: firstKey)
        return built(ConfigurationNode(.mapping(entries.finished()), span: span), values)
      }
      let keySpan = locator.span(event.start, event.end)
      firstKey = firstKey ?? keySpan
      let key = try key(event, depth: depth)
      let value = try build(events.next(), depth: depth + 1)
      values.append(value)
      guard let key else { continue }
      values.append(key.built)
      let mistake =
        key.isMerge
        ? entries.merge(value.node, keySpan: keySpan)
        : entries.add(.init(key: key.text, keySpan: keySpan, value: value.node))
      if let mistake { mistakes.append(mistake) }
    }
  }

  /// The key that `event` is, or starts; nil when it is not a scalar, which has then been noted.
  private mutating func key(
    _ event: YAMLEvent, depth: Int
  ) throws -> (text: String, isMerge: Bool, built: Built)? {
    let built = try build(event, depth: depth + 1)
    guard case .scalar(let text, let isQuoted) = built.node.value else {
      mistakes.append(
        Diagnostic(
          "a key must be a scalar, found \(built.node.kindDescription)",
          at: place(of: built.node, event)))
      return nil
    }
    if text.isEmpty, !isQuoted {
      mistakes.append(Diagnostic("a key is missing here", at: locator.span(event.start)))
      return nil
    }
    return (text, text == "<<" && !isQuoted, built)
  }

  /// Where a node stands; an alias stands where it is written, not where its node is.
  private func place(of node: ConfigurationNode, _ event: YAMLEvent) -> SourceSpan {
    guard case .alias = event.kind else { return node.span }
    return locator.span(event.start, event.end)
  }

  private func built(_ node: ConfigurationNode, _ children: [Built]) -> Built {
    var size = Size()
    for child in children {
      size.nodes += child.size.nodes
      size.bytes += child.size.bytes
      size.height = max(size.height, 1 + child.size.height)
    }
    return Built(node: node, size: size)
  }

  /// The brackets and what is between them; without brackets the first key of a mapping, or the
  /// first dash of a list.
  private func spanOfCollection(
    _ start: YAMLEvent, _ end: YAMLEvent, first: SourceSpan?
  ) -> SourceSpan {
    let hasBracket = end.end.line > end.start.line || end.end.column > end.start.column
    if hasBracket { return locator.span(start.start, end.end) }
    return first ?? locator.span(start.start)
  }
}
