/// An adapter's type with its own options hidden, as a registry holds it.
public struct AdapterPlugin: Sendable {
  /// Makes the adapter of one site.
  public typealias Factory = @Sendable (AdaptationSite, RandomGenerator) throws -> any Adapter

  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  public let options: [OptionDescriptor]
  /// The kinds of sites it can be attached to.
  public let supportedSites: Set<AdaptationSite.Kind>
  /// How it is attached to a block.
  public let placement: BlockPlacement
  /// Whether it decomposes into subspaces, so that regularizers apply.
  public let isDecomposable: Bool
  /// Reads the options; mistakes are left in the reader.
  public let read: @Sendable (OptionReader) -> Factory

  /// Hides the type of an adapter.
  public init<Plugin: Adapter>(_ type: Plugin.Type) {
    descriptor = Plugin.descriptor
    let describing = OptionReader(describing: "adapter")
    _ = Plugin.Options(from: describing)
    options = describing.descriptors
    supportedSites = Plugin.supportedSites
    placement = Plugin.placement
    isDecomposable = type is any SubspaceDecomposable.Type
    read = { reader in
      let options = Plugin.Options(from: reader)
      return { try Plugin(site: $0, options: options, generator: $1) }
    }
  }
}

/// A regularizer's type with its own options hidden, as a registry holds it.
public struct RegularizerPlugin: Sendable {
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  public let options: [OptionDescriptor]
  /// Reads the options; mistakes are left in the reader.
  public let read: @Sendable (OptionReader) -> @Sendable () throws -> any RedundancyRegularizer

  /// Hides the type of a regularizer.
  public init<Plugin: RedundancyRegularizer>(_ type: Plugin.Type) {
    descriptor = Plugin.descriptor
    let describing = OptionReader(describing: "regularizers")
    _ = Plugin.Options(from: describing)
    options = describing.descriptors
    read = { reader in
      let options = Plugin.Options(from: reader)
      return { try Plugin(options: options) }
    }
  }
}
