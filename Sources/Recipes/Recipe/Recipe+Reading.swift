import Optimization
import PETL

extension Recipe {
  /// Reads a recipe file.
  ///
  /// - Parameters:
  ///   - path: a YAML file.
  ///   - overrides: `a.b=value` from the command line.
  ///   - registry: the plugins that the recipe may name.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  public init(path: String, overrides: [String] = [], registry: PluginRegistry) throws {
    try self.init(YAMLReader.read(path: path), overrides: overrides, registry: registry)
  }

  /// Reads the recipe that a run stores, whose relative paths are from the folder where the run was started.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - overrides: `a.b=value` from the command line.
  ///   - registry: the plugins that the recipe may name.
  /// - Throws: `DiagnosticError` with every mistake of the file.
  package init(
    run folder: String, overrides: [String] = [], registry: PluginRegistry
  ) throws {
    let node = try YAMLReader.read(
      path: "\(folder)/recipe.yaml", places: StartedRun(folder)?.places(in: folder))
    var mistakes: [Diagnostic] = []
    try mistakes.collect { try Overrides(overrides).requireEffect(onRun: folder) }
    do {
      try self.init(node, overrides: overrides, registry: registry)
    } catch let error as DiagnosticError {
      throw DiagnosticError(mistakes + error.diagnostics)
    }
    try mistakes.throwIfAny()
    readAsStored()
  }

  /// Reads a recipe from its text.
  ///
  /// - Throws: `DiagnosticError` with every mistake of the text.
  public init(
    text: String, name: String = "recipe", overrides: [String] = [], registry: PluginRegistry
  ) throws {
    try self.init(
      YAMLReader.parse(text: text, name: name), overrides: overrides, registry: registry)
  }

  init(_ node: ConfigurationNode, overrides: [String], registry: PluginRegistry) throws {
    let overrides = try Overrides(overrides)
    if let setting = overrides.settings.first(where: { $0.path.first == "plugins" }) {
      throw DiagnosticError(
        "--set does not load plugins", at: setting.pathSpan, hints: ["name each by --plugin FILE"])
    }
    var node = try overrides.apply(to: node)
    if let sweep = node.entry("sweep") {
      throw DiagnosticError(
        "this recipe is a sweep of several runs", at: sweep.keySpan,
        hints: ["run all of them with petl sweep, or remove 'sweep' to run one"])
    }
    if let model = node.entry("model"), node.entry("backbone") == nil {
      throw DiagnosticError(
        "this recipe describes a network, which petl pretrain trains from nothing",
        at: model.keySpan,
        hints: [
          "run it with petl pretrain, or name weights in a section 'backbone' in the place of 'model'"
        ])
    }
    // `--set adapter=~` takes an adapter away, as `~` does with any option.
    for key in ["adapter", "regularizers", "loss", "rules", "stages"] {
      node = node.without(key, ifNull: true)
    }
    try registry.checkOptimizers()
    let reader = OptionReader(node, section: "")
    self.init()
    visit(reader, registry)
    reader.finish(knownElsewhere: Recipe.sectionsOfKeys(registry))
    do {
      try reader.throwIfInvalid()
    } catch let error as DiagnosticError {
      throw DiagnosticError(error.diagnostics.map(\.pointingToSweeps))
    }
    (resolved, notes) = (reader.resolved, reader.notes)
    self.registry = registry
    // An absent section reads as its defaults, but there are none of no adapter.
    if adapter == nil { resolved = resolved.without("adapter") }
    if plugins.isEmpty { resolved = resolved.without("plugins") }
  }

  /// Every option of a recipe, with those of no plugin.
  public static func descriptors(_ registry: PluginRegistry) -> [OptionDescriptor] {
    let reader = OptionReader(describing: "")
    var recipe = Recipe()
    recipe.visit(reader, registry)
    return reader.descriptors
  }

  /// For each key the sections that know it, for the hint "belongs under".
  private static func sectionsOfKeys(_ registry: PluginRegistry) -> [String: [String]] {
    var sections: [String: [String]] = [:]
    func add(_ key: String, _ section: String) {
      if sections[key]?.contains(section) != true { sections[key, default: []].append(section) }
    }
    for descriptor in descriptors(registry) {
      let parts = descriptor.name.split(separator: ".")
      guard let key = parts.last else { continue }
      let section = parts.dropLast().joined(separator: ".").replacing("[]", with: "")
      add(String(key), section.isEmpty ? "the top of the recipe" : section)
    }
    for key in ["type", "sites", "layers", "towers"] { add(key, "adapter") }
    for key in ["type", "weight"] { add(key, "regularizers") }
    for option in registry.adapters.flatMap(\.options) { add(option.name, "adapter") }
    for option in registry.regularizers.flatMap(\.options) { add(option.name, "regularizers") }
    for option in registry.optimizers.flatMap(\.options) { add(option.name, "optimizer") }
    for option in registry.rules.flatMap(\.options) { add(option.name, "rules") }
    for option in registry.losses.flatMap(\.options) { add(option.name, "loss") }
    sections["type"] = nil
    return sections
  }
}

extension Diagnostic {
  /// The same; where it is of several values after `--set`, with what makes runs of them.
  fileprivate var pointingToSweeps: Diagnostic {
    let option = "--set "
    guard let name = span?.source.name, name.hasPrefix(option),
      (try? Overrides.Setting.alternatives(String(name.dropFirst(option.count))))?.count ?? 1 > 1
    else { return self }
    return Diagnostic(
      message, severity: severity, at: span,
      hints: hints + ["a run for each value is trained by: petl sweep RECIPE \(name)"])
  }
}
