/// A loss's type with its own options hidden, as a registry holds it.
public struct LossPlugin: Sendable {
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  package let options: [OptionDescriptor]
  /// Reads the options; mistakes are left in the reader.
  package let read: @Sendable (OptionReader) -> @Sendable (ClassCounts) throws -> any Loss

  /// Hides the type of a loss.
  public init<Plugin: Loss>(_ type: Plugin.Type) {
    descriptor = Plugin.descriptor
    let describing = OptionReader(describing: "loss")
    _ = Plugin.Options(from: describing)
    options = describing.descriptors
    read = { reader in
      let options = Plugin.Options(from: reader)
      return { try Plugin(options: options, classes: $0) }
    }
  }
}
