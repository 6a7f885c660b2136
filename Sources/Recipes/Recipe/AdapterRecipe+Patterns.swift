import Checkpoints
import PETL

extension AdapterRecipe {
  /// Sites whose adapters have the same options.
  package struct Group {
    /// The options that are other than the section's own.
    package let changes: [ConfigurationNode.Entry]
    /// The sites in the order of the network.
    package var sites: [AdaptationSite]
  }

  /// The sites by the values that `NAME_pattern` gives them.
  ///
  /// - Parameter sites: Those that the adapter is attached to.
  /// - Returns: The groups in the order of their first sites; one of all sites without patterns.
  /// - Throws: `DiagnosticError` that names an expression that takes too long.
  package func groups(of sites: [AdaptationSite]) throws -> [Group] {
    try Self.groups(of: sites, optionPatterns)
  }

  private static func groups(
    of sites: [AdaptationSite], _ patterns: [OptionPattern]
  ) throws -> [Group] {
    guard !patterns.isEmpty else { return [Group(changes: [], sites: sites)] }
    var groups: [Group] = []
    var places: [[Int?]: Int] = [:]
    for site in sites {
      let choice = try patterns.map { try $0.place(of: site) }
      if let place = places[choice] {
        groups[place].sites.append(site)
        continue
      }
      places[choice] = groups.count
      let changes = zip(patterns, choice).compactMap { pattern, place in
        place.map {
          ConfigurationNode.Entry(writing: pattern.option, pattern.choices[$0].value)
        }
      }
      groups.append(Group(changes: changes, sites: [site]))
    }
    return groups
  }

  /// Refuses patterns that no site takes a value from.
  ///
  /// - Parameter sites: All sites that the adapter is attached to, of both towers where there are two.
  /// - Throws: `DiagnosticError` with each and the nearest site.
  package func checkPatterns(_ sites: [AdaptationSite]) throws {
    let names = sites.map { $0.placed(in: nil).name }
    var problems: [Diagnostic] = []
    for pattern in optionPatterns {
      let taken = Set(try sites.compactMap { try pattern.place(of: $0) })
      for (place, choice) in pattern.choices.enumerated() where !taken.contains(place) {
        let source = choice.pattern.source
        problems.append(
          Diagnostic(
            "'adapter.\(pattern.key)' has no effect under '\(source)': no adapted site takes its value from there",
            at: pattern.span,
            hints: [
              nearestName(to: source, among: names).map { "nearest site: \($0)" }
                ?? "the sites are called \(Self.examples(names))"
            ]))
      }
    }
    try problems.throwIfAny()
  }

  /// A few names, for a hint.
  package static func examples(_ names: [String]) -> String {
    let some = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(some), …" : some
  }

  /// What makes the adapters, each with the options of its site.
  static func tuning(
    _ tuning: AdapterPlugin.Tuning, _ plugin: AdapterPlugin, _ reader: OptionReader,
    _ patterns: [OptionPattern]
  ) -> AdapterPlugin.Tuning {
    guard case .adapters(let attachment) = tuning, !patterns.isEmpty else { return tuning }
    let own = plugin.options.compactMap { option in
      reader.given(option.name).map { ConfigurationNode.Entry(writing: option.name, $0) }
    }
    @Sendable func merged(_ changes: [ConfigurationNode.Entry]) -> [ConfigurationNode.Entry] {
      own.filter { entry in !changes.contains { $0.key == entry.key } } + changes
    }
    // Mistakes are found where the recipe is read.
    if reader.diagnostics.isEmpty {
      for pattern in patterns {
        for choice in pattern.choices {
          let change = ConfigurationNode.Entry(writing: pattern.option, choice.value)
          _ = plugin.read(reader.reading(merged([change])))
        }
      }
    }
    return .adapters(
      AdapterPlugin.Attachment(defaultSites: attachment.defaultSites) { sites, generator in
        let entries = try groups(of: sites, patterns).flatMap { group in
          if group.changes.isEmpty { return try attachment.attach(group.sites, generator) }
          let reader = OptionReader(
            ConfigurationNode(.mapping(merged(group.changes)), span: .nowhere), section: "adapter")
          guard case .adapters(let own) = plugin.read(reader) else { return [] }
          try reader.throwIfInvalid()
          return try own.attach(group.sites, generator)
        }
        try checkShared(entries, plugin, patterns)
        let order = Dictionary(
          sites.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return entries.sorted { order[$0.site, default: 0] < order[$1.site, default: 0] }
      })
  }

  /// Refuses values for single sites of an adapter whose sites share parameters.
  private static func checkShared(
    _ entries: [AdapterSet.Entry], _ plugin: AdapterPlugin, _ patterns: [OptionPattern]
  ) throws {
    var shared: [String: Parameter] = [:]
    for parameter in entries.flatMap(\.adapter.parameters) where parameter.isShared {
      if let other = shared[parameter.name], other !== parameter {
        throw DiagnosticError(
          "'adapter.\(patterns[0].key)' cannot be used: the sites of '\(plugin.descriptor.name)' share '\(parameter.name)'",
          at: patterns[0].span, hints: ["give all sites the same options"])
      }
      shared[parameter.name] = parameter
    }
  }
}
