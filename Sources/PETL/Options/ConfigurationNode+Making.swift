extension SourceSpan {
  /// Where nodes that are made, not read, stand: nowhere.
  package static let nowhere = SourceSpan(
    source: SourceText(name: "", text: ""), line: 1, column: 1)
}

extension ConfigurationNode {
  /// A mapping; a key without a value is left out.
  package init(writing pairs: [(key: String, value: ConfigurationNode?)]) {
    let entries = pairs.compactMap { key, value in value.map { Entry(writing: key, $0) } }
    self.init(.mapping(entries), span: .nowhere)
  }

  /// A sequence.
  package init(elements: [ConfigurationNode]) { self.init(.sequence(elements), span: .nowhere) }

  /// A string, whatever it looks like.
  package init(text: String) { self.init(.scalar(text: text, isQuoted: true), span: .nowhere) }

  /// A number, a boolean or a name.
  package init(plain text: String) {
    self.init(.scalar(text: text, isQuoted: false), span: .nowhere)
  }

  /// The name of a case, plain unless that would mean nothing.
  package init(name: String) {
    self = ScalarForm(plain: name) == .null ? .init(text: name) : .init(plain: name)
  }

  /// A number, so that reading it gives the same.
  package init(number: Double) { self.init(plain: "\(number)") }

  /// The entries of a mapping; none of anything else.
  package var entries: [Entry] {
    guard case .mapping(let entries) = value else { return [] }
    return entries
  }
}

extension ConfigurationNode.Entry {
  /// A key with its value.
  package init(writing key: String, _ value: ConfigurationNode) {
    self.init(key: key, keySpan: .nowhere, value: value)
  }
}

/// Nodes are equal when they hold the same, wherever they stand.
extension ConfigurationNode: Equatable {
  package static func == (a: ConfigurationNode, b: ConfigurationNode) -> Bool {
    switch (a.value, b.value) {
    case (.scalar(let first, let isQuoted), .scalar(let second, let isOtherQuoted)):
      first == second && isQuoted == isOtherQuoted
    case (.sequence(let first), .sequence(let second)): first == second
    case (.mapping(let first), .mapping(let second)): first == second
    default: false
    }
  }
}

extension ConfigurationNode.Entry: Equatable {
  package static func == (a: ConfigurationNode.Entry, b: ConfigurationNode.Entry) -> Bool {
    a.key == b.key && a.value == b.value
  }
}

extension Schedule {
  /// As a recipe holds it.
  package var written: ConfigurationNode {
    func ramp(_ type: ScheduleType, _ numbers: [(String, Double?)]) -> ConfigurationNode {
      ConfigurationNode(
        writing: [("type", .init(plain: type.rawValue))]
          + numbers.map { ($0, $1.map { ConfigurationNode(number: $0) }) })
    }
    return switch self {
    case .constant(let value): ConfigurationNode(number: value)
    case .linear(let from, let to, let start, let end):
      ramp(.linear, [("from", from), ("to", to), ("start_epoch", start), ("end_epoch", end)])
    case .cosine(let from, let to, let start, let end):
      ramp(.cosine, [("from", from), ("to", to), ("start_epoch", start), ("end_epoch", end)])
    case .fromEpoch(let value, let epoch):
      ramp(.fromEpoch, [("value", value), ("start_epoch", epoch)])
    }
  }
}
