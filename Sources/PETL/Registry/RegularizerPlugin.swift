/// A regularizer's type with its own options hidden, as a registry holds it.
public struct RegularizerPlugin: Sendable {
  /// The regularizer's type.
  package let type: any Regularizer.Type
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  package var options: [OptionDescriptor] { described.all }
  private let described: DescribedOptions
  /// What it asks for with the default options; nil where these do not make one.
  package var needs: RegularizerNeeds? { findNeeds() }
  private let findNeeds: @Sendable () -> RegularizerNeeds?
  /// Reads the options; mistakes are left in the reader.
  package let read: @Sendable (OptionReader) -> @Sendable () throws -> any Regularizer

  /// Hides the type of a regularizer.
  public init<Plugin: Regularizer>(_ type: Plugin.Type) {
    self.type = type
    descriptor = Plugin.descriptor
    described = DescribedOptions(of: Plugin.Options.self, section: "regularizers")
    findNeeds = { (try? Plugin(options: Plugin.Options()))?.needs }
    read = { reader in
      let options = Plugin.Options(from: reader)
      return { try Plugin(options: options) }
    }
  }
}
