/// A method's type with its own options hidden, as a registry holds it: an adapter, or a way of
/// training the backbone's own weights.
public struct AdapterPlugin: Sendable {
  /// What a network is tuned by, its options read.
  package enum Tuning: Sendable {
    /// Adapters at some sites.
    case adapters(Attachment)
    /// Weights of the backbone.
    case weights(@Sendable () throws -> @Sendable (BackboneWeight) -> Bool)
  }

  /// Adapters with their options read.
  package struct Attachment: Sendable {
    /// The kinds of sites that they are attached to when a recipe names none.
    package let defaultSites: [AdaptationSite.Kind]
    /// Makes the adapters of a network, as `Adapter.attach` says.
    package let attach: @Sendable ([AdaptationSite], RandomGenerator) throws -> [AdapterSet.Entry]

    /// Describes how adapters are made.
    package init(
      defaultSites: [AdaptationSite.Kind],
      attach: @escaping @Sendable ([AdaptationSite], RandomGenerator) throws -> [AdapterSet.Entry]
    ) {
      (self.defaultSites, self.attach) = (defaultSites, attach)
    }
  }

  /// The adapter's type; nil for a method that trains the backbone's own weights.
  package let adapter: (any Adapter.Type)?
  /// Its name, summary and source.
  public let descriptor: PluginDescriptor
  /// The options with their defaults.
  package var options: [OptionDescriptor] { described.all }
  private let described: DescribedOptions
  /// The kinds of sites it can be attached to; none for a method without adapters.
  package let supportedSites: Set<AdaptationSite.Kind>
  /// Whether it decomposes into subspaces, so that regularizers apply.
  package let isDecomposable: Bool
  /// Reads the options; mistakes are left in the reader.
  package let read: @Sendable (OptionReader) -> Tuning

  /// Hides the type of an adapter.
  public init<Plugin: Adapter>(_ type: Plugin.Type) {
    adapter = type
    descriptor = Plugin.descriptor
    described = DescribedOptions(of: Plugin.Options.self, section: "adapter")
    supportedSites = Plugin.supportedSites
    isDecomposable = type is any SubspaceDecomposable.Type
    read = { reader in
      let options = Plugin.Options(from: reader)
      return .adapters(
        Attachment(defaultSites: Plugin.defaultSites(with: options)) { sites, generator in
          try PluginCall.within("adapter '\(Plugin.descriptor.name)'") {
            try Plugin.attach(to: sites, options: options, generator: generator)
          }
        })
    }
  }

  /// Hides the type of a method that trains the backbone's own weights.
  public init<Plugin: WeightTuning>(_ type: Plugin.Type) {
    adapter = nil
    descriptor = Plugin.descriptor
    described = DescribedOptions(of: Plugin.Options.self, section: "adapter")
    supportedSites = []
    isDecomposable = false
    read = { reader in
      let options = Plugin.Options(from: reader)
      return .weights {
        let tuning = try Plugin(options: options)
        return { tuning.trains($0) }
      }
    }
  }
}
