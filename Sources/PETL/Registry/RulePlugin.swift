/// A training rule's type with its own options hidden, as a registry holds it.
public struct RulePlugin: Sendable {
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  package var options: [OptionDescriptor] { described.all }
  private let described: DescribedOptions
  /// Reads the options; mistakes are left in the reader.
  package let read: @Sendable (OptionReader) -> @Sendable () throws -> any TrainingRule

  /// Hides the type of a rule.
  public init<Plugin: TrainingRule>(_ type: Plugin.Type) {
    descriptor = Plugin.descriptor
    described = DescribedOptions(of: Plugin.Options.self, section: "rules")
    read = { reader in
      let options = Plugin.Options(from: reader)
      return { try Plugin(options: options) }
    }
  }
}
