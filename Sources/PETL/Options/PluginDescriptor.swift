/// What a plugin says about itself in `petl list` and `petl describe`.
public struct PluginDescriptor: Sendable, Hashable {
  /// The name in a recipe's `type:`.
  public let name: String
  /// What it does, one sentence.
  public let summary: String
  /// The paper, or the words "our choice" or "reconstruction".
  public let source: String

  /// Makes a descriptor.
  public init(name: String, summary: String, source: String) {
    self.name = name
    self.summary = summary
    self.source = source
  }
}
