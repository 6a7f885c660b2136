import PETL

/// The adapter of a recipe, ready to be made at any site.
public struct AdapterRecipe: Sendable {
  /// The plugin.
  public var plugin: AdapterPlugin
  /// The kinds of sites it is attached to; none when it trains the backbone's own weights.
  public var sites: [AdaptationSite.Kind]
  /// What the whole of a site's name matches in the place of `sites`: a regular expression in Python's dialect,
  /// such as `blocks\.(3|4)\.(query|value)`; nil where `sites` alone chooses.
  public internal(set) var sitePattern: String?
  /// The layers it is attached to; nil for all.
  public var layers: [Int]?
  /// The towers of a retrieval network that it is attached to.
  public var towers: [Tower]
  /// The biases of the network that are trained beside it.
  public var bias: TrainedBiases
  /// The modules of the network that are trained whole beside it, in timm's names or the ends of them.
  ///
  /// `norm`, `blocks.11`, and also single weights, `pos_embed`. Maps in them are not adapted.
  public var modulesToSave: [String]
  /// The options that are other at single sites.
  package var optionPatterns: [OptionPattern]
  /// What it does, with its options read.
  package var tuning: AdapterPlugin.Tuning
  /// Where the section, its sites and its layers stand.
  public var spans: Spans
  /// The plugin's options, when they were made in code.
  let options: MadeOptions

  /// The choice among the backbone's own weights of those that the method trains; nil for an adapter.
  ///
  /// What is trained beside a method, by `bias` and `modulesToSave`, is not among them.
  ///
  /// - Throws: `DiagnosticError` when the options do not go together.
  public func trainedWeights() throws -> (@Sendable (BackboneWeight) -> Bool)? {
    guard case .weights(let make) = tuning else { return nil }
    return try placing(at: spans.section) { try make() }
  }

  /// Places for the composer's mistakes.
  public struct Spans: Sendable {
    /// Where the section stands.
    public var section: SourceSpan?
    /// Where the sites stand.
    public var sites: SourceSpan?
    /// Where the layers stand.
    public var layers: SourceSpan?
    /// Where the biases that are trained stand.
    package var bias: SourceSpan?
    /// Where the modules that are trained stand.
    package var modules: SourceSpan?
  }

  /// Reads the section; nil when it names no known plugin, which is then reported.
  ///
  /// - Parameters:
  ///   - reader: of the section.
  ///   - registry: the plugins that may be named.
  ///   - hasTowers: whether the network has one for images and one for texts.
  init?(_ reader: OptionReader, _ registry: PluginRegistry, hasTowers: Bool = false) {
    let plugin = reader.adapterType().flatMap { name in
      reader.plugin { try registry.adapter(named: name, at: reader.span(of: "type")) }
    }
    guard let plugin else {
      var places = Places(sites: [.query, .value])
      places.visit(reader, hasTowers: hasTowers)
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    let tuning = plugin.read(reader)
    var places = Places(sites: [])
    var hasSites = false
    if case .adapters(let attachment) = tuning {
      (places.sites, hasSites) = (attachment.defaultSites, true)
    }
    places.visit(reader, hasSites: hasSites, hasTowers: hasTowers)
    optionPatterns = hasSites ? OptionPattern.read(reader, of: plugin) : []
    self.tuning = Self.tuning(tuning, plugin, reader, optionPatterns)
    (sites, layers, towers) = (places.sites, places.layers, places.towers)
    (bias, modulesToSave) = (places.bias, places.modulesToSave)
    spans = Spans(
      section: reader.span(of: "type"), sites: reader.span(of: "sites"),
      layers: reader.span(of: "layers"), bias: reader.span(of: "bias"),
      modules: reader.span(of: "modules_to_save"))
    options = .none
    sitePattern = places.pattern
    if sitePattern != nil {
      sites = AdaptationSite.Kind.allCases.filter(plugin.supportedSites.contains)
    }
    for kind in sites where !plugin.supportedSites.contains(kind) {
      let possible = plugin.supportedSites.map(\.rawValue).sorted().joined(separator: ", ")
      reader.report(
        "'\(plugin.descriptor.name)' cannot be attached to '\(kind.rawValue)'", at: "sites",
        hints: ["expected one of \(possible)"])
    }
  }

  /// Writes the section, of an adapter that was made in code.
  func write(to writer: OptionReader) {
    _ = writer.adapterType(plugin.descriptor.name)
    writer.include(options.entries)
    var places = Places(sites: sites, layers: layers, towers: towers)
    (places.pattern, places.bias, places.modulesToSave) = (sitePattern, bias, modulesToSave)
    var hasSites = false
    if case .adapters = tuning { hasSites = true }
    // Both towers are the default, and the only choice where there are none.
    places.visit(
      writer, hasSites: hasSites, hasTowers: Set(towers) != Set(Tower.allCases))
  }
}

extension OptionReader {
  /// The name of an adapter.
  fileprivate func adapterType(_ name: String = "") -> String? {
    type(name, help: "the adapter's name (petl list)")
  }

  /// The name of a plugin; nil where none is given.
  func type(_ name: String, help: String) -> String? {
    var name = name
    requiredString("type", &name, help: help)
    return readKeys.contains("type") ? name : nil
  }

  /// A plugin, or nil after reporting why there is none.
  func plugin<Plugin>(_ find: () throws -> Plugin) -> Plugin? {
    do {
      return try find()
    } catch let error as DiagnosticError {
      for diagnostic in error.diagnostics {
        report(diagnostic.message, at: "type", hints: diagnostic.hints)
      }
    } catch {
      report("\(error)", at: "type")
    }
    return nil
  }
}
