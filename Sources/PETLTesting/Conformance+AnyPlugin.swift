import PETL

extension Conformance {
  /// What is known of a plugin that a law does not hold for.
  package struct Leave: Sendable {
    /// Whether an adapter's initial values depend on the seed.
    package var startsAtRandom = true
    /// Whether no gradient goes through some quantity.
    package var stopsGradients = false

    /// All laws hold.
    package init() {}
  }

  /// Checks a plugin of any kind with its default options.
  ///
  /// - Parameters:
  ///   - type: of a plugin.
  ///   - leave: what does not hold of it, as its author says.
  /// - Returns: what is wrong, at an adapter's sites by their names, else under an empty name; nil for a
  ///   type that is no plugin.
  package static func check(plugin type: Any.Type, leave: Leave) -> [String: [ConformanceFinding]]?
  {
    if let type = type as? any Adapter.Type { return check(type, leave) }
    if let type = type as? any WeightTuning.Type { return check(type) }
    if let type = type as? any RedundancyRegularizer.Type { return check(type, leave) }
    if let type = type as? any Optimizer.Type { return check(type) }
    return nil
  }

  private static func check<Plugin: Adapter>(
    _ type: Plugin.Type, _ leave: Leave
  ) -> [String: [ConformanceFinding]] {
    let kinds = AdaptationSite.Kind.allCases.filter(Plugin.supportedSites.contains)
    var found: [String: [ConformanceFinding]] = [:]
    for site in kinds.map(smallSite) {
      let findings = check(
        adapter: type, options: Plugin.Options(), site: site, startsAtRandom: leave.startsAtRandom,
        stopsGradients: leave.stopsGradients)
      if !findings.isEmpty { found[site.name] = findings }
    }
    return found
  }

  private static func check<Plugin: WeightTuning>(
    _ type: Plugin.Type
  ) -> [String: [ConformanceFinding]] {
    named(optionFindings(of: Plugin.Options()))
  }

  private static func check<Plugin: RedundancyRegularizer>(
    _ type: Plugin.Type, _ leave: Leave
  ) -> [String: [ConformanceFinding]] {
    named(
      check(
        regularizer: type, options: Plugin.Options(), stopsGradients: leave.stopsGradients))
  }

  private static func check<Plugin: Optimizer>(
    _ type: Plugin.Type
  ) -> [String: [ConformanceFinding]] {
    named(check(optimizer: type, options: Plugin.Options()))
  }

  private static func named(_ findings: [ConformanceFinding]) -> [String: [ConformanceFinding]] {
    findings.isEmpty ? [:] : ["": findings]
  }
}
