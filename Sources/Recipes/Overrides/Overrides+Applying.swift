import PETL

extension Overrides.Setting {
  /// `node`, which stands at the first `depth` names of the path, with the value set.
  func apply(to node: ConfigurationNode, at depth: Int) throws -> ConfigurationNode {
    guard depth < path.count else { return value }
    switch node.value {
    case .mapping(let entries):
      return ConfigurationNode(.mapping(try replacing(entries, at: depth)), span: node.span)
    case .sequence(var elements):
      let index = try index(in: elements, at: depth)
      elements[index] = try apply(to: elements[index], at: depth + 1)
      return ConfigurationNode(.sequence(elements), span: node.span)
    case .scalar where node.isNull:
      return ConfigurationNode(.mapping(try replacing([], at: depth)), span: node.span)
    case .scalar:
      throw DiagnosticError(
        "\(name(depth)) is \(node.kindDescription), which has no '\(path[depth])'", at: pathSpan)
    }
  }

  /// The entries with that of this name set, or added at the end.
  private func replacing(
    _ entries: [ConfigurationNode.Entry], at depth: Int
  ) throws -> [ConfigurationNode.Entry] {
    var entries = entries
    if let index = entries.firstIndex(where: { $0.key == path[depth] }) {
      let old = entries[index]
      let new = try apply(to: old.value, at: depth + 1)
      entries[index] = .init(key: old.key, keySpan: old.keySpan, value: new)
    } else {
      if depth + 1 < path.count, Int(path[depth + 1]) != nil {
        let list = name(depth + 1)
        throw DiagnosticError(
          "there is no list \(list) in the recipe, which could have an element \(path[depth + 1])",
          at: pathSpan,
          hints: [
            list == "'stages'"
              ? "without stages the length is --set epochs=…"
              : nearestName(to: path[depth], among: ["stages", "regularizers", "rules"])
                .flatMap { $0 == path[depth] ? nil : "did you mean '\($0)'?" }
                ?? "write the list: --set \(path[...depth].joined(separator: "."))=[…]"
          ])
      }
      let empty = ConfigurationNode(.scalar(text: "", isQuoted: false), span: pathSpan)
      let new = try apply(to: empty, at: depth + 1)
      entries.append(.init(key: path[depth], keySpan: pathSpan, value: new))
    }
    return entries
  }

  private func index(in elements: [ConfigurationNode], at depth: Int) throws -> Int {
    let part = path[depth]
    let isNumber = part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber else {
      throw DiagnosticError(
        "\(name(depth)) is a list, so '\(part)' must be an index", at: pathSpan,
        hints: ["indices count from 0"])
    }
    guard let index = Int(part), elements.indices.contains(index) else {
      let count = elements.count == 1 ? "1 element" : "\(elements.count) elements"
      throw DiagnosticError(
        "\(name(depth)) has \(count), so there is no '\(part)'", at: pathSpan,
        hints: ["indices count from 0"])
    }
    return index
  }

  /// The first `depth` names of the path, for a message.
  private func name(_ depth: Int) -> String {
    depth == 0 ? "the recipe" : "'\(path[..<depth].joined(separator: "."))'"
  }
}
