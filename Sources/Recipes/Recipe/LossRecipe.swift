import PETL

/// The loss of a recipe of classification.
public struct LossRecipe: Sendable {
  /// The plugin.
  public var plugin: LossPlugin
  /// Makes the loss for some classes.
  public var make: @Sendable (ClassCounts) throws -> any Loss
  /// Where the section stands.
  public var span: SourceSpan?
  /// The plugin's options as a recipe holds them, when they were made in code; nothing of a file's.
  let options: [ConfigurationNode.Entry]
  /// The plugin's name, when its options were made in code and do not come back as they were.
  let lostOptions: String?

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
    (options, lostOptions) = ([], nil)
  }

  /// Makes a loss's section in code.
  ///
  /// - Parameters:
  ///   - type: the loss; it needs no registry.
  ///   - options: its options.
  public init<Plugin: Loss>(_ type: Plugin.Type, options: Plugin.Options) {
    plugin = LossPlugin(type)
    let written = options.written
    make = plugin.read(OptionReader(written, section: "loss"))
    self.options = written.entries
    lostOptions = options.isLostInWriting ? plugin.descriptor.name : nil
  }

  /// Writes the section, of a loss that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.lossType(plugin.descriptor.name)
    writer.include(options)
  }
}

extension OptionReader {
  fileprivate func lossType(_ name: String = "") -> String? {
    type(name, help: "the loss's name (petl list)")
  }
}
