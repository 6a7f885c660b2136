import PETL

/// A training rule of a recipe.
public struct RuleRecipe: Sendable {
  /// The plugin.
  public var plugin: RulePlugin
  /// The name under which it is logged: the plugin's, numbered when there are several.
  public var label: String
  /// Makes the rule.
  public var make: @Sendable () throws -> any TrainingRule
  /// Where the section stands.
  public var span: SourceSpan?
  /// The plugin's options, when they were made in code.
  let options: MadeOptions

  /// Reads the section; nil when it names no known plugin, which is then reported.
  init?(_ reader: OptionReader, _ registry: PluginRegistry, label: (String) -> String) {
    let name = reader.ruleType()
    let plugin = name.flatMap { name in
      reader.plugin { try registry.rule(named: name, at: reader.span(of: "type")) }
    }
    guard let name, let plugin else {
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    self.label = label(name)
    make = plugin.read(reader)
    span = reader.span(of: "type")
    options = .none
  }

  /// Makes a rule's section in code.
  ///
  /// - Parameters:
  ///   - type: the rule; it needs no registry.
  ///   - options: its options.
  public init<Plugin: TrainingRule>(_ type: Plugin.Type, options: Plugin.Options) {
    plugin = RulePlugin(type)
    label = plugin.descriptor.name
    self.options = MadeOptions(options, of: plugin.descriptor)
    make = plugin.read(self.options.reader("rules"))
  }

  /// Writes the section, of a rule that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.ruleType(plugin.descriptor.name)
    writer.include(options.entries)
  }
}

extension OptionReader {
  fileprivate func ruleType(_ name: String = "") -> String? {
    type(name, help: "the rule's name (petl list)")
  }
}
