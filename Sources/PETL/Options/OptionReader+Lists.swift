extension OptionReader {
  /// Declares a list of strings, each in `allowed` if that is given.
  ///
  /// One that is given may be neither empty nor repeat itself.
  public func strings(
    _ key: String, _ value: inout [String], allowed: [String]? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "list of \(allowed?.joined(separator: "|") ?? "strings")",
      defaultValue: "[\(value.joined(separator: ", "))]", help: help, choices: allowed)
    visit(
      descriptor, &value, expected: "a list of strings",
      writing: { written(key, $0.map { .init(text: $0) }) }
    ) { list(from: $0, path(key), of: "strings") { string(from: $0, $1, allowed: allowed) } }
  }

  /// Declares a list of integers, each in `range` if one is given.
  ///
  /// One that is given may be neither empty nor repeat itself.
  public func integers(
    _ key: String, _ value: inout [Int], in range: ClosedRange<Int>? = nil, help: String
  ) {
    let descriptor = OptionDescriptor(
      name: key, kind: "list of integers",
      defaultValue: "[\(value.map(String.init).joined(separator: ", "))]", help: help,
      range: rangeWords(range))
    visit(
      descriptor, &value, expected: "a list of integers",
      writing: { written(key, $0.map { .init(plain: "\($0)") }) }
    ) { list(from: $0, path(key), of: "integers") { integer(from: $0, $1, in: range) } }
  }

  /// A list as it is written: not at all where it is empty and the default is so too.
  func written(_ key: String, _ elements: [ConfigurationNode]) -> ConfigurationNode? {
    let isUsual = standard?.declarations.contains {
      $0.descriptor.name == key && $0.descriptor.defaultValue == "[]"
    }
    return elements.isEmpty && isUsual != false ? nil : ConfigurationNode(elements: elements)
  }

  /// Converts every element; nil when one is wrong, and then all that are wrong have been reported.
  func list<Element: Hashable>(
    from node: ConfigurationNode, _ name: String, of kind: String,
    element: (ConfigurationNode, String) -> Element?
  ) -> [Element]? {
    guard case .sequence(let nodes) = node.value else {
      let hints = node.stringValue.map { ["write [\($0)] for a list of one"] } ?? []
      reportMismatch(node, name, mustBe: "a list of \(kind)", hints: hints)
      return nil
    }
    if nodes.isEmpty {
      mistakes.append(Diagnostic("'\(name)' is an empty list", at: node.span))
      return nil
    }
    var seen: Set<Element> = []
    var elements: [Element] = []
    for (index, node) in nodes.enumerated() {
      if node.isNull {
        mistakes.append(Diagnostic("'\(name).\(index)' has no value", at: node.span))
      } else if let element = element(node, "\(name).\(index)") {
        if !seen.insert(element).inserted {
          mistakes.append(Diagnostic("'\(name)' has '\(element)' twice", at: node.span))
        }
        elements.append(element)
      }
    }
    return elements.count == nodes.count && seen.count == nodes.count ? elements : nil
  }
}
