import PETL

/// The adapter of a recipe, ready to be made at any site.
public struct AdapterRecipe: Sendable {
  /// The plugin.
  public var plugin: AdapterPlugin
  /// The kinds of sites it is attached to.
  public var sites: [AdaptationSite.Kind]
  /// The layers it is attached to; nil for all.
  public var layers: [Int]?
  /// Makes the adapter of one site.
  public var make: AdapterPlugin.Factory
  /// Where the section, its sites and its layers stand.
  public var spans: Spans

  /// Places for the composer's mistakes.
  public struct Spans: Sendable {
    /// Where the section stands.
    public var section: SourceSpan?
    /// Where the sites stand.
    public var sites: SourceSpan?
    /// Where the layers stand.
    public var layers: SourceSpan?
  }

  /// Reads the section; nil when it names no known plugin, which is then reported.
  init?(_ reader: OptionReader, _ registry: PluginRegistry) {
    let kinds = AdaptationSite.Kind.allCases.map(\.rawValue)
    guard let name = reader.requiredString("type", help: "the adapter's name (petl list)") else {
      reader.acceptRemainingKeys()
      return nil
    }
    guard
      let plugin = reader.plugin({ try registry.adapter(named: name, at: reader.span(of: "type")) })
    else { return nil }
    let siteNames = reader.strings(
      "sites", default: plugin.defaultSites.map(\.rawValue), allowed: kinds,
      help: "the kinds of sites it is attached to")
    self.plugin = plugin
    sites = siteNames.compactMap(AdaptationSite.Kind.init)
    layers = reader.layers("layers")
    make = plugin.read(reader)
    spans = Spans(
      section: reader.span(of: "type"), sites: reader.span(of: "sites"),
      layers: reader.span(of: "layers"))
    for kind in sites where !plugin.supportedSites.contains(kind) {
      let possible = plugin.supportedSites.map(\.rawValue).sorted().joined(separator: ", ")
      reader.report(
        "'\(name)' cannot be attached to '\(kind.rawValue)'", at: "sites",
        hints: ["expected one of \(possible)"])
    }
  }
}

extension AdapterPlugin {
  /// Query and value, as most papers have it, or else everything it can be attached to.
  var defaultSites: [AdaptationSite.Kind] {
    let usual: [AdaptationSite.Kind] = [.query, .value]
    return supportedSites.isSuperset(of: usual)
      ? usual : AdaptationSite.Kind.allCases.filter(supportedSites.contains)
  }
}

/// A regularizer of a recipe.
public struct RegularizerRecipe: Sendable {
  /// The plugin.
  public var plugin: RegularizerPlugin
  /// The name under which it is logged: the plugin's, numbered when there are several.
  public var label: String
  /// λ, over the epochs of a stage.
  public var weight: Schedule
  /// Makes the regularizer.
  public var make: @Sendable () throws -> any RedundancyRegularizer
  /// Where the section stands.
  public var span: SourceSpan?

  init?(_ reader: OptionReader, _ registry: PluginRegistry, label: (String) -> String) {
    guard let name = reader.requiredString("type", help: "the regularizer's name (petl list)")
    else {
      reader.acceptRemainingKeys()
      return nil
    }
    guard
      let plugin = reader.plugin({
        try registry.regularizer(named: name, at: reader.span(of: "type"))
      })
    else { return nil }
    self.plugin = plugin
    self.label = label(name)
    weight = reader.schedule(
      "weight", default: .constant(0.1),
      help: "λ: a number, or {type: linear|cosine|from-epoch, …} over the epochs of a stage")
    make = plugin.read(reader)
    span = reader.span(of: "type")
  }
}

extension OptionReader {
  /// A plugin, or nil after reporting why there is none.
  fileprivate func plugin<Plugin>(_ find: () throws -> Plugin) -> Plugin? {
    do {
      return try find()
    } catch let error as DiagnosticError {
      for diagnostic in error.diagnostics {
        report(diagnostic.message, at: "type", hints: diagnostic.hints)
      }
    } catch {
      report("\(error)", at: "type")
    }
    acceptRemainingKeys()
    return nil
  }

  /// `all`, or a list of layer numbers.
  fileprivate func layers(_ key: String) -> [Int]? {
    if case .scalar(let text, _)? = node(key, help: "all, or a list of layers from 0")?.value,
      text == "all"
    {
      return nil
    }
    return contains(key) ? integers(key, default: [], in: 0...10_000, help: "") : nil
  }
}
