import PETL

extension Conformance {
  /// What the author of a plugin says of it.
  package struct Claims: Sendable {
    /// Whether an adapter's initial values depend on the seed.
    package var startsAtRandom = true
    /// Whether no gradient goes through some quantity.
    package var stopsGradients = false
    /// The plugin's options as a recipe has them; the defaults when nil.
    package var options: ConfigurationNode?

    /// All laws hold, with default options.
    package init() {}

    fileprivate func options<Options: PluginOptions>(_ type: Options.Type) throws -> Options {
      guard let options else { return Options() }
      let reader = OptionReader(options, section: "")
      let read = Options(from: reader)
      reader.finish()
      try reader.throwIfInvalid()
      return read
    }
  }

  /// Checks a plugin of any kind.
  ///
  /// - Parameters:
  ///   - type: of a plugin.
  ///   - claims: what its author says of it.
  /// - Returns: what is wrong, at an adapter's sites by their names, else under an empty name; nil for a
  ///   type that is no plugin.
  /// - Throws: `DiagnosticError` when it has no such options.
  package static func check(
    plugin type: Any.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]]? {
    switch type {
    case let type as any Adapter.Type: try check(type, claims)
    case let type as any WeightTuning.Type: try check(type, claims)
    case let type as any RedundancyRegularizer.Type: try check(type, claims)
    case let type as any Regularizer.Type: try check(type, claims)
    case let type as any Optimizer.Type: try check(type, claims)
    case let type as any TrainingRule.Type: try check(type, claims)
    case let type as any Loss.Type: try check(type, claims)
    default: nil
    }
  }

  private static func check<Plugin: Adapter>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    let options = try claims.options(Plugin.Options.self)
    let kinds = AdaptationSite.Kind.allCases.filter(Plugin.supportedSites.contains)
    var found: [String: [ConformanceFinding]] = [:]
    for site in kinds.map(smallSite) {
      let findings = check(
        adapter: type, options: options, site: site, startsAtRandom: claims.startsAtRandom,
        stopsGradients: claims.stopsGradients)
      if !findings.isEmpty { found[site.name] = findings }
    }
    return found
  }

  private static func check<Plugin: WeightTuning>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    named(optionFindings(of: try claims.options(Plugin.Options.self)))
  }

  private static func check<Plugin: RedundancyRegularizer>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    let options = try claims.options(Plugin.Options.self)
    return named(
      check(regularizer: type, options: options, stopsGradients: claims.stopsGradients))
  }

  private static func check<Plugin: Regularizer>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    let options = try claims.options(Plugin.Options.self)
    return named(
      check(regularizer: type, options: options, stopsGradients: claims.stopsGradients))
  }

  private static func check<Plugin: Optimizer>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    named(check(optimizer: type, options: try claims.options(Plugin.Options.self)))
  }

  private static func check<Plugin: TrainingRule>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    named(check(rule: type, options: try claims.options(Plugin.Options.self)))
  }

  private static func check<Plugin: Loss>(
    _ type: Plugin.Type, _ claims: Claims
  ) throws -> [String: [ConformanceFinding]] {
    named(check(loss: type, options: try claims.options(Plugin.Options.self)))
  }

  private static func named(_ findings: [ConformanceFinding]) -> [String: [ConformanceFinding]] {
    findings.isEmpty ? [:] : ["": findings]
  }
}
