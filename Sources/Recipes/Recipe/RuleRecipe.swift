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
  /// The plugin's options as a recipe holds them, when they were made in code; nothing of a file's.
  let options: [ConfigurationNode.Entry]
  /// The plugin's name, when its options were made in code and do not come back as they were.
  let lostOptions: String?

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
    (options, lostOptions) = ([], nil)
  }

  /// Makes a rule's section in code.
  ///
  /// - Parameters:
  ///   - type: the rule; it needs no registry.
  ///   - options: its options.
  public init<Plugin: TrainingRule>(_ type: Plugin.Type, options: Plugin.Options) {
    plugin = RulePlugin(type)
    label = plugin.descriptor.name
    let written = options.written
    make = plugin.read(OptionReader(written, section: "rules"))
    self.options = written.entries
    lostOptions = options.isLostInWriting ? plugin.descriptor.name : nil
  }

  /// Writes the section, of a rule that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.ruleType(plugin.descriptor.name)
    writer.include(options)
  }
}

extension OptionReader {
  fileprivate func ruleType(_ name: String = "") -> String? {
    type(name, help: "the rule's name (petl list)")
  }
}
