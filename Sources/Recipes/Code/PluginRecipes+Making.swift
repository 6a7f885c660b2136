import PETL

extension AdapterRecipe {
  /// Makes the section of an adapter in code.
  ///
  /// - Parameters:
  ///   - type: the adapter; it needs no registry.
  ///   - options: its options.
  ///   - sites: the kinds of sites it is attached to; nil for the adapter's own choice.
  ///   - layers: the layers it is attached to, from 0; nil for all.
  ///   - towers: those of a retrieval network that it is attached to; both by default.
  ///   - bias: the network's own biases that are trained beside it.
  ///   - modulesToSave: the network's own modules that are trained whole, by timm's names or their ends.
  public init<Plugin: Adapter>(
    _ type: Plugin.Type, options: Plugin.Options, sites: [AdaptationSite.Kind]? = nil,
    layers: [Int]? = nil, towers: [Tower] = Tower.allCases, bias: TrainedBiases = .none,
    modulesToSave: [String] = []
  ) {
    self.init(
      AdapterPlugin(type), options,
      Places(
        sites: sites ?? Plugin.defaultSites(with: options), layers: layers, towers: towers,
        bias: bias, modulesToSave: modulesToSave))
  }

  /// Makes the section of a method that trains the backbone's own weights.
  ///
  /// - Parameters:
  ///   - type: the method; it needs no registry.
  ///   - options: its options.
  public init<Plugin: WeightTuning>(_ type: Plugin.Type, options: Plugin.Options) {
    self.init(AdapterPlugin(type), options, Places(sites: []))
  }

  private init<Options: PluginOptions>(
    _ plugin: AdapterPlugin, _ options: Options, _ places: Places
  ) {
    self.plugin = plugin
    self.options = MadeOptions(options, of: plugin.descriptor)
    tuning = plugin.read(self.options.reader("adapter"))
    (sites, layers, towers) = (places.sites, places.layers, places.towers)
    (bias, modulesToSave) = (places.bias, places.modulesToSave)
    (sitePattern, optionPatterns) = (nil, [])
    spans = Spans()
  }
}

extension RegularizerRecipe {
  /// Makes a regularizer's section in code.
  ///
  /// - Parameters:
  ///   - type: the regularizer; it needs no registry.
  ///   - options: its options.
  ///   - weight: λ, over the epochs of a stage; nil for 0.1.
  public init<Plugin: Regularizer>(
    _ type: Plugin.Type, options: Plugin.Options, weight: Schedule? = nil
  ) {
    plugin = RegularizerPlugin(type)
    label = plugin.descriptor.name
    if let weight { self.weight = weight }
    self.options = MadeOptions(options, of: plugin.descriptor)
    make = plugin.read(self.options.reader("regularizers"))
  }
}
