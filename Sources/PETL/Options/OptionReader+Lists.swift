extension OptionReader {
  /// A list of strings, each in `allowed` if that is given.
  ///
  /// It may be neither empty nor repeat itself.
  public func strings(
    _ key: String, default fallback: [String], allowed: [String]? = nil, help: String
  ) -> [String] {
    let descriptor = OptionDescriptor(
      name: key, kind: "list of \(allowed?.joined(separator: "|") ?? "strings")",
      defaultValue: "[\(fallback.joined(separator: ", "))]", help: help, choices: allowed)
    return value(descriptor, expected: "a list of strings") {
      list(from: $0, path(key), of: "strings") { string(from: $0, $1, allowed: allowed) }
    } ?? fallback
  }

  /// A list of integers, each in `range` if one is given.
  ///
  /// It may be neither empty nor repeat itself.
  public func integers(
    _ key: String, default fallback: [Int], in range: ClosedRange<Int>? = nil, help: String
  ) -> [Int] {
    let descriptor = OptionDescriptor(
      name: key, kind: "list of integers",
      defaultValue: "[\(fallback.map(String.init).joined(separator: ", "))]", help: help,
      range: rangeWords(range))
    return value(descriptor, expected: "a list of integers") {
      list(from: $0, path(key), of: "integers") { integer(from: $0, $1, in: range) }
    } ?? fallback
  }

  /// Converts every element; nil when one is wrong, and then all that are wrong have been reported.
  private func list<Element: Hashable>(
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
