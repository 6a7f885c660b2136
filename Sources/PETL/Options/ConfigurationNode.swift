/// A value of a configuration with the place where it stands: what a recipe, whatever its syntax,
/// is made of.
///
/// Plugins do not see this type; they read their options through an `OptionReader`.
package struct ConfigurationNode: Sendable {
  /// A scalar, a sequence or a mapping.
  package indirect enum Value: Sendable {
    /// A scalar as it was written. A quoted one is a string whatever it looks like.
    case scalar(text: String, isQuoted: Bool)
    /// The elements in order.
    case sequence([ConfigurationNode])
    /// The entries in order; no two have the same key.
    case mapping([Entry])
  }

  /// One `key: value` of a mapping.
  package struct Entry: Sendable {
    /// The key.
    package let key: String
    /// Where the key stands.
    package let keySpan: SourceSpan
    /// The value.
    package let value: ConfigurationNode

    /// Makes an entry.
    package init(key: String, keySpan: SourceSpan, value: ConfigurationNode) {
      self.key = key
      self.keySpan = keySpan
      self.value = value
    }
  }

  /// What the node holds.
  package let value: Value
  /// Where the node starts.
  package let span: SourceSpan

  /// Makes a node.
  package init(_ value: Value, span: SourceSpan) {
    self.value = value
    self.span = span
  }
}
