/// Options that name files and folders. A relative path is that of the working folder; where nothing is there, that of the
/// recipe's own folder, or, behind `data/`, of the folder that the environment's `PETL_DATA` names.
extension OptionReader {
  /// Declares the path of a file or folder, or nothing.
  public func optionalPath(_ key: String, _ value: inout String?, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: value ?? "none", help: help)
    visit(descriptor, optional: &value, expected: "a path", writing: { .init(text: $0) }) {
      located($0, path(key)) { write(key, $0) }
    }
  }

  /// Declares the path of a file or folder, or another word for what is meant; its absence is a mistake.
  public func requiredPath(_ key: String, _ value: inout String, help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "string", defaultValue: OptionReader.required, help: help)
    visit(
      descriptor, &value, expected: "a path", isRequired: true, writing: { .init(text: $0) }
    ) { located($0, path(key)) { write(key, $0) } }
  }

  /// Declares a list of paths, none of them twice.
  public func paths(_ key: String, _ value: inout [String], help: String) {
    let descriptor = OptionDescriptor(
      name: key, kind: "list of strings", defaultValue: "[\(value.joined(separator: ", "))]",
      help: help)
    visit(
      descriptor, &value, expected: "a list of paths",
      writing: { written(key, $0.map { .init(text: $0) }) }
    ) { node in
      var elements: [ConfigurationNode] = []
      let found = list(from: node, path(key), of: "paths") { element, name in
        located(element, name) { elements.append($0) }
      }
      if found != nil { write(key, ConfigurationNode(.sequence(elements), span: node.span)) }
      return found
    }
  }

  /// What the user should know of how the options were read, here and in the sections within.
  package var notes: [Note] { ownNotes + children.flatMap(\.notes) }

  /// The path where something is.
  ///
  /// - Parameters:
  ///   - node: what was written.
  ///   - name: of the option, for messages.
  ///   - store: given the path as it is resolved.
  /// - Returns: nil of what is no text, which was reported.
  private func located(
    _ node: ConfigurationNode, _ name: String, store: (ConfigurationNode) -> Void
  ) -> String? {
    guard let text = string(from: node, name), case .scalar(_, let isQuoted) = node.value else {
      return nil
    }
    let (path, note) = PathSearch(node.span.source).located(text, key: name)
    if let note, !ownNotes.contains(note) { ownNotes.append(note) }
    store(ConfigurationNode(.scalar(text: path, isQuoted: isQuoted), span: node.span))
    return path
  }
}
