import PETL

/// A mapping from lines of `key: value`, where a value may be `"quoted"`, `[a, list]` or empty.
package func options(_ text: String, name: String = "o") -> ConfigurationNode {
  let source = SourceText(name: name, text: text)
  var entries: [ConfigurationNode.Entry] = []
  for (index, line) in source.lines.enumerated() where !line.isEmpty {
    func span(_ part: Substring) -> SourceSpan {
      let column = line[..<part.startIndex].count + 1
      return SourceSpan(source: source, line: index + 1, column: column, length: part.count)
    }
    let key = line.prefix { $0 != ":" }
    let value = line.dropFirst(key.count + 1).drop { $0 == " " }
    entries.append(.init(key: String(key), keySpan: span(key), value: node(value, span)))
  }
  return ConfigurationNode(
    .mapping(entries), span: SourceSpan(source: source, line: 1, column: 1))
}

private func node(_ text: Substring, _ span: (Substring) -> SourceSpan) -> ConfigurationNode {
  if text.first == "[" {
    let elements = text.dropFirst().dropLast().split(separator: ",").map { $0.drop { $0 == " " } }
    return ConfigurationNode(.sequence(elements.map { node($0, span) }), span: span(text))
  }
  let isQuoted = text.first == "\""
  let content = isQuoted ? text.dropFirst().dropLast() : text
  return ConfigurationNode(.scalar(text: String(content), isQuoted: isQuoted), span: span(text))
}
