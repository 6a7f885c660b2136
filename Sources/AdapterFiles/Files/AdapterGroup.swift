import PETL
import Recipes

/// A method with its options and the sites that it is attached to: what makes the adapters of a file.
public struct AdapterGroup: Sendable {
  /// The plugin's name.
  public var type: String
  /// The plugin's options, as a recipe holds them.
  package var options: [ConfigurationNode.Entry]
  /// The names of the sites, `blocks.3.query`; none of a method that trains the backbone's own weights.
  public var sites: [String]

  /// Makes a group.
  package init(type: String, options: [ConfigurationNode.Entry], sites: [String]) {
    (self.type, self.options, self.sites) = (type, options, sites)
  }

  /// Makes a group of options that are plain numbers, truth values or names.
  init(type: String, options: [(String, String)], sites: [String]) {
    self.init(
      type: type,
      options: options.map { .init(writing: $0, .init(plain: $1)) }, sites: sites)
  }

  /// The groups of a recipe's adapter on some sites, one for each choice of options; none without one.
  ///
  /// - Throws: `DiagnosticError` that names an expression of the recipe that takes too long.
  static func groups(of recipe: Recipe, sites: [AdaptationSite]) throws -> [AdapterGroup] {
    guard let adapter = recipe.adapter,
      case .mapping(let sections) = recipe.resolved.value,
      let section = sections.first(where: { $0.key == "adapter" }),
      case .mapping(let entries) = section.value.value
    else { return [] }
    let others =
      ["type", "sites", "layers", "towers", "bias", "modules_to_save"]
      + adapter.optionPatterns.map(\.key)
    let options = entries.filter { !others.contains($0.key) }
    return try adapter.groups(of: sites).map { group in
      AdapterGroup(
        type: adapter.plugin.descriptor.name,
        options: options.filter { entry in !group.changes.contains { $0.key == entry.key } }
          + group.changes,
        sites: group.sites.map(\.name))
    }
  }

  /// Makes the adapters.
  ///
  /// - Parameters:
  ///   - backbone: The sites of the network, all of them.
  ///   - registry: The plugins.
  ///   - place: Names the file in errors.
  /// - Returns: The adapters with fresh values; none of a method that trains the backbone's own weights.
  /// - Throws: `DiagnosticError` if there is no such plugin, an option is wrong, or the network lacks a site.
  func entries(
    on backbone: [AdaptationSite], _ registry: PluginRegistry, place: String
  ) throws -> [AdapterSet.Entry] {
    let plugin = try registry.adapter(named: type)
    let byName = Dictionary(backbone.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = sites.filter { byName[$0] == nil }
    guard missing.isEmpty else {
      var known = NearestNames(among: backbone.map(\.name))
      throw DiagnosticError(
        missing.map { name in
          let nearest = known.nearest(to: name)
          return Diagnostic(
            "\(place): '\(type)' is attached to '\(name)', which this network does not have",
            hints: nearest.map { ["nearest known: \($0)"] } ?? [])
        })
    }
    let reader = OptionReader(
      ConfigurationNode(.mapping(options), span: .nowhere), section: "adapter")
    let method = plugin.read(reader)
    reader.finish()
    try Self.naming(place) { try reader.throwIfInvalid() }
    guard case .adapters(let attachment) = method else { return [] }
    let wrong = sites.compactMap { byName[$0] }.filter {
      !plugin.supportedSites.contains($0.kind)
    }
    guard wrong.isEmpty else {
      throw DiagnosticError(
        "\(place): '\(type)' cannot be attached to \(wrong.map(\.name).joined(separator: ", "))")
    }
    return try attachment.attach(sites.compactMap { byName[$0] }, RandomGenerator(seed: 0))
  }
}

extension AdapterGroup {
  /// What `body` throws of options that stand in no text, with the file that they were made of.
  private static func naming(_ place: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map { diagnostic in
          if let span = diagnostic.span, !span.source.name.isEmpty { return diagnostic }
          return Diagnostic("\(place): \(diagnostic.message)", hints: diagnostic.hints)
        })
    }
  }
}

extension [AdapterGroup] {
  /// The groups of a recipe's adapter on some sites; none without one.
  ///
  /// - Throws: `DiagnosticError` that names an expression of the recipe that takes too long.
  package init(_ recipe: Recipe, sites: [AdaptationSite]) throws {
    self = try AdapterGroup.groups(of: recipe, sites: sites)
  }

  /// The groups as YAML: a list of mappings with `type`, `sites` and `options`.
  var yaml: String {
    let nodes = map { group in
      ConfigurationNode(writing: [
        ("type", .init(plain: group.type)),
        (
          "sites",
          group.sites.isEmpty ? nil : .init(elements: group.sites.map { .init(plain: $0) })
        ),
        (
          "options",
          group.options.isEmpty
            ? nil : ConfigurationNode(.mapping(group.options), span: .nowhere)
        ),
      ])
    }
    return yamlText(of: ConfigurationNode(elements: nodes))
  }

  /// Reads what `yaml` wrote.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: Names the text in errors.
  /// - Throws: `DiagnosticError` with every mistake.
  package init(yaml text: String, name: String) throws {
    let root = try YAMLReader.parse(text: text, name: name)
    guard case .sequence(let nodes) = root.value else {
      throw DiagnosticError("\(name): a list of adapters is expected", at: root.span)
    }
    self = try nodes.map { node in
      let reader = OptionReader(node, section: "")
      var (type, sites): (String, [String]) = ("", [])
      reader.requiredString("type", &type, help: "the adapter's name")
      reader.strings("sites", &sites, help: "the names of its sites")
      var options: [ConfigurationNode.Entry] = []
      if case .mapping(let entries) = node.value,
        case .mapping(let found)? = entries.first(where: { $0.key == "options" })?.value.value
      {
        options = found
      }
      reader.acceptRemainingKeys()
      try reader.throwIfInvalid()
      return AdapterGroup(type: type, options: options, sites: sites)
    }
  }
}
