import PETL

/// The loss of a recipe of classification.
public struct LossRecipe: Sendable {
  /// The plugin.
  public var plugin: LossPlugin
  /// Makes the loss for some classes.
  public var make: @Sendable (ClassCounts) throws -> any Loss
  /// Where the section stands.
  public var span: SourceSpan?
  /// The plugin's options, when they were made in code.
  let options: MadeOptions

  /// Reads the section; nil when it names no known plugin, which is then reported.
  init?(_ reader: OptionReader, _ registry: PluginRegistry) {
    let plugin = reader.lossType().flatMap { name in
      reader.plugin { try registry.loss(named: name, at: reader.span(of: "type")) }
    }
    guard let plugin else {
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    make = plugin.read(reader)
    span = reader.span(of: "type")
    options = .none
  }

  /// Makes a loss's section in code.
  ///
  /// - Parameters:
  ///   - type: the loss; it needs no registry.
  ///   - options: its options.
  public init<Plugin: Loss>(_ type: Plugin.Type, options: Plugin.Options) {
    plugin = LossPlugin(type)
    self.options = MadeOptions(options, of: plugin.descriptor)
    make = plugin.read(self.options.reader("loss"))
  }

  /// Writes the section, of a loss that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.lossType(plugin.descriptor.name)
    writer.include(options.entries)
  }
}

extension OptionReader {
  fileprivate func lossType(_ name: String = "") -> String? {
    type(name, help: "the loss's name (petl list)")
  }
}
