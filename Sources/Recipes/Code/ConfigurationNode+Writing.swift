import PETL

/// Where nodes that are made, not read, stand: nowhere.
private let nowhere = SourceSpan(source: SourceText(name: "", text: ""), line: 1, column: 1)

extension ConfigurationNode {
  /// A mapping; a key without a value is left out.
  init(writing pairs: [(key: String, value: ConfigurationNode?)]) {
    let entries = pairs.compactMap { key, value in value.map { Entry(writing: key, $0) } }
    self.init(.mapping(entries), span: nowhere)
  }

  /// A sequence.
  init(elements: [ConfigurationNode]) { self.init(.sequence(elements), span: nowhere) }

  /// A string, whatever it looks like.
  package init(text: String) { self.init(.scalar(text: text, isQuoted: true), span: nowhere) }

  /// A number, a boolean or a name.
  init(plain text: String) { self.init(.scalar(text: text, isQuoted: false), span: nowhere) }
}

extension ConfigurationNode.Entry {
  /// A key with its value.
  init(writing key: String, _ value: ConfigurationNode) {
    self.init(key: key, keySpan: nowhere, value: value)
  }
}

extension Schedule {
  /// As a recipe holds it.
  var written: ConfigurationNode {
    func ramp(_ type: String, _ numbers: [(String, Double?)]) -> ConfigurationNode {
      ConfigurationNode(
        writing: [("type", .init(plain: type))]
          + numbers.map { ($0, $1.map { ConfigurationNode(plain: "\($0)") }) })
    }
    return switch self {
    case .constant(let value): ConfigurationNode(plain: "\(value)")
    case .linear(let from, let to, let start, let end):
      ramp("linear", [("from", from), ("to", to), ("start_epoch", start), ("end_epoch", end)])
    case .cosine(let from, let to, let start, let end):
      ramp("cosine", [("from", from), ("to", to), ("start_epoch", start), ("end_epoch", end)])
    case .fromEpoch(let value, let epoch):
      ramp("from-epoch", [("value", value), ("start_epoch", epoch)])
    }
  }
}
