/// A value of a configuration with the place where it stands: what a recipe, whatever its syntax,
/// is made of.
///
/// Plugins do not see this type; they read their options through an `OptionReader`.
public struct ConfigurationNode: Sendable {
  /// A scalar, a sequence or a mapping.
  public indirect enum Value: Sendable {
    /// A scalar as it was written. A quoted one is a string whatever it looks like.
    case scalar(text: String, isQuoted: Bool)
    /// The elements in order.
    case sequence([ConfigurationNode])
    /// The entries in order; no two have the same key.
    case mapping([Entry])
  }

  /// One `key: value` of a mapping.
  public struct Entry: Sendable {
    /// The key.
    public let key: String
    /// Where the key stands.
    public let keySpan: SourceSpan
    /// The value.
    public let value: ConfigurationNode

    /// Makes an entry.
    public init(key: String, keySpan: SourceSpan, value: ConfigurationNode) {
      self.key = key
      self.keySpan = keySpan
      self.value = value
    }
  }

  /// What the node holds.
  public let value: Value
  /// Where the node starts.
  public let span: SourceSpan

  /// Makes a node.
  public init(_ value: Value, span: SourceSpan) {
    self.value = value
    self.span = span
  }
}
