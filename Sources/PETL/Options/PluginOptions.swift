/// The typed options of a plugin.
public protocol PluginOptions: Sendable {
  /// Reads the options. Mistakes are collected by the reader, so nothing is thrown here.
  init(from reader: OptionReader)
}

/// The options of a plugin that has none.
public struct NoOptions: PluginOptions {
  /// Makes the options from nothing.
  public init() {}

  /// Reads nothing.
  public init(from reader: OptionReader) {}
}
