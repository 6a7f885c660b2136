import PETL

extension AdapterRecipe {
  /// Makes the section of an adapter in code.
  ///
  /// - Parameters:
  ///   - type: the adapter; it needs no registry.
  ///   - options: its options. Their ranges are those that the adapter itself checks.
  ///   - sites: the kinds of sites it is attached to; nil for the adapter's own choice.
  ///   - layers: the layers it is attached to, from 0; nil for all.
  ///   - towers: those of a retrieval network that it is attached to; both by default.
  public init<Plugin: Adapter>(
    _ type: Plugin.Type, options: Plugin.Options, sites: [AdaptationSite.Kind]? = nil,
    layers: [Int]? = nil, towers: [Tower] = Tower.allCases
  ) {
    self.towers = towers
    plugin = AdapterPlugin(type, options: options)
    method = plugin.read(OptionReader(describing: "adapter"))
    self.sites = sites ?? Plugin.defaultSites(with: options)
    self.layers = layers
    spans = Spans()
    made = MadeOptions(options, describedBy: plugin.options)
  }

  /// Makes the section of a method that trains the backbone's own weights.
  ///
  /// - Parameters:
  ///   - type: the method; it needs no registry.
  ///   - options: its options.
  public init<Plugin: WeightTuning>(_ type: Plugin.Type, options: Plugin.Options) {
    towers = Tower.allCases
    plugin = AdapterPlugin(type, options: options)
    method = plugin.read(OptionReader(describing: "adapter"))
    sites = []
    layers = nil
    spans = Spans()
    made = MadeOptions(options, describedBy: plugin.options)
  }

  /// What was made, with the sites, layers and places that were read.
  init(_ made: AdapterRecipe, as read: AdapterRecipe) {
    self = made
    (sites, layers, spans, towers) = (read.sites, read.layers, read.spans, read.towers)
  }

  /// Type, sites and layers as a recipe holds them.
  var written: ConfigurationNode {
    let type = ConfigurationNode(text: plugin.descriptor.name)
    // Both towers are the default, and the only choice where there are none.
    let chosen = Set(towers) == Set(Tower.allCases) ? nil : towers
    let towers = chosen.map { ConfigurationNode(elements: $0.map { .init(plain: $0.rawValue) }) }
    guard case .adapters = method else {
      return ConfigurationNode(writing: [("type", type), ("towers", towers)])
    }
    return ConfigurationNode(writing: [
      ("type", type), ("towers", towers),
      ("sites", .init(elements: sites.map { .init(plain: $0.rawValue) })),
      ("layers", layers.map { .init(elements: $0.map { .init(plain: "\($0)") }) }),
    ])
  }
}

extension RegularizerRecipe {
  /// Makes a regularizer's section in code.
  ///
  /// - Parameters:
  ///   - type: the regularizer; it needs no registry.
  ///   - options: its options.
  ///   - weight: λ, over the epochs of a stage.
  public init<Plugin: RedundancyRegularizer>(
    _ type: Plugin.Type, options: Plugin.Options, weight: Schedule = .constant(0.1)
  ) {
    plugin = RegularizerPlugin(type, options: options)
    label = plugin.descriptor.name
    self.weight = weight
    make = plugin.read(OptionReader(describing: "regularizers"))
    made = MadeOptions(options, describedBy: plugin.options)
  }

  /// What was made, with the label, weight and place that were read.
  init(_ made: RegularizerRecipe, as read: RegularizerRecipe) {
    self = made
    (label, weight, span) = (read.label, read.weight, read.span)
  }

  /// Type and weight as a recipe holds them.
  var written: ConfigurationNode {
    ConfigurationNode(writing: [
      ("type", .init(text: plugin.descriptor.name)), ("weight", weight.written),
    ])
  }
}
