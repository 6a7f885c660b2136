import PETL

/// The adapter of a recipe, ready to be made at any site.
public struct AdapterRecipe: Sendable {
  /// The plugin.
  public var plugin: AdapterPlugin
  /// The kinds of sites it is attached to; none when it trains the backbone's own weights.
  public var sites: [AdaptationSite.Kind]
  /// The layers it is attached to; nil for all.
  public var layers: [Int]?
  /// The towers of a retrieval network that it is attached to.
  public var towers: [Tower]
  /// What it does, with its options read.
  public var method: AdapterPlugin.Method
  /// Where the section, its sites and its layers stand.
  public var spans: Spans
  /// The options as a recipe holds them, when they were made in code.
  let made: MadeOptions?

  /// The choice among the backbone's own weights of those that are trained; nil of an adapter.
  ///
  /// - Throws: `DiagnosticError` when the options do not go together.
  public func trainedWeights() throws -> (@Sendable (BackboneWeight) -> Bool)? {
    guard case .weights(let make) = method else { return nil }
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
  }

  /// Reads the section; nil when it names no known plugin, which is then reported.
  ///
  /// - Parameters:
  ///   - reader: of the section.
  ///   - registry: the plugins that may be named.
  ///   - hasTowers: whether the network has one for images and one for texts.
  init?(_ reader: OptionReader, _ registry: PluginRegistry, hasTowers: Bool = false) {
    made = nil
    MadeOptions.refuse(reader)
    let name = reader.requiredString("type", help: "the adapter's name (petl list)")
    let plugin = name.flatMap { name in
      reader.plugin { try registry.adapter(named: name, at: reader.span(of: "type")) }
    }
    guard let name, let plugin else {
      _ = reader.sites(default: [.query, .value])
      _ = reader.layers("layers")
      _ = reader.towers(hasTowers: hasTowers)
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    method = plugin.read(reader)
    switch method {
    case .adapters(let attachment):
      sites = reader.sites(default: attachment.defaultSites)
      layers = reader.layers("layers")
    case .weights:
      sites = []
      layers = nil
    }
    towers = reader.towers(hasTowers: hasTowers)
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
  /// The options as a recipe holds them, when they were made in code.
  let made: MadeOptions?

  init?(_ reader: OptionReader, _ registry: PluginRegistry, label: (String) -> String) {
    made = nil
    MadeOptions.refuse(reader)
    let name = reader.requiredString("type", help: "the regularizer's name (petl list)")
    let plugin = name.flatMap { name in
      reader.plugin { try registry.regularizer(named: name, at: reader.span(of: "type")) }
    }
    weight = reader.schedule(
      "weight", default: .constant(0.1),
      help: "λ: a number, or {type: linear|cosine|from-epoch, …} over the epochs of a stage")
    if weight.lowest < 0 {
      reader.report(
        "'\(reader.section).weight' falls below 0, which would reward redundancy", at: "weight",
        hints: ["expected 0 or more, at every epoch"])
    }
    guard let name, let plugin else {
      reader.acceptRemainingKeys()
      return nil
    }
    self.plugin = plugin
    self.label = label(name)
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
    return nil
  }

  /// The kinds of sites that are named, or those that an adapter has when none are.
  fileprivate func sites(default kinds: [AdaptationSite.Kind]) -> [AdaptationSite.Kind] {
    strings(
      "sites", default: kinds.map(\.rawValue),
      allowed: AdaptationSite.Kind.allCases.map(\.rawValue),
      help: "the kinds of sites it is attached to"
    ).compactMap(AdaptationSite.Kind.init)
  }

  /// The towers that are named; all, of a network that has none.
  fileprivate func towers(hasTowers: Bool) -> [Tower] {
    let isNamed = contains("towers")
    guard hasTowers || isDescribing || isNamed else { return Tower.allCases }
    let names = Tower.allCases.map(\.rawValue)
    let towers = strings(
      "towers", default: names, allowed: names,
      help: "retrieval: the towers it is attached to, with the same options"
    ).compactMap(Tower.init)
    if !hasTowers, isNamed {
      report(
        "'adapter.towers' is for task: retrieval", at: "towers",
        hints: ["remove it, or set task: retrieval"])
    }
    return towers
  }

  /// `all`, or a list of layer numbers; nil for all.
  fileprivate func layers(_ key: String) -> [Int]? {
    let found = node(
      key, kind: "all, or list of integers", default: "all",
      help: "the layers it is attached to, counted from 0")
    guard let found else { return nil }
    if case .scalar(let text, _) = found.value, found.integerValue == nil, !found.isNull {
      if text != "all" {
        report(
          "'\(section).\(key)' must be all or a list of layers, found '\(text)'", at: key,
          hints: ["write all, or a list such as [0, 1]"])
      }
      return nil
    }
    return integers(key, default: [], in: 0...10_000, help: "")
  }
}

extension Schedule {
  /// The lowest value it ever has.
  fileprivate var lowest: Double {
    switch self {
    case .constant(let value), .fromEpoch(let value, _): value
    case .linear(let from, let to, _, _), .cosine(let from, let to, _, _): min(from, to)
    }
  }
}
