import PETL

/// A node as YAML text, in block style.
///
/// Reading it back gives the same node: the same keys and texts in the same order, and every scalar
/// meaning what it meant. (A plain text that YAML can hold in quotes only is given them; it was a
/// string before, too.)
package func yamlText(of node: ConfigurationNode) -> String {
  let output = YAMLOutput()
  output.start()
  write(node, to: output)
  output.finish()
  return output.text
}

private func write(_ node: ConfigurationNode, to output: YAMLOutput) {
  switch node.value {
  case .scalar(let text, let isQuoted):
    output.scalar(text, style: style(of: text, isQuoted: isQuoted))
  case .sequence(let elements):
    output.startSequence()
    for element in elements { write(element, to: output) }
    output.endSequence()
  case .mapping(let entries):
    output.startMapping()
    for entry in entries {
      // Plain, these two would not be keys.
      let isQuoted = entry.key.isEmpty || entry.key == "<<"
      output.scalar(entry.key, style: style(of: entry.key, isQuoted: isQuoted))
      write(entry.value, to: output)
    }
    output.endMapping()
  }
}

/// Double quotes only where a text has line ends, which single quotes would fold.
private func style(of text: String, isQuoted: Bool) -> YAMLOutput.Style {
  if text.contains(where: \.isNewline) { return .doubleQuoted }
  return isQuoted ? .singleQuoted : .plain
}
