/// The plugins that a command knows: a value that is handed around, never a global.
public struct PluginRegistry: Sendable {
  /// The adapters, in the order given, then the methods that train the backbone's own weights.
  public internal(set) var adapters: [AdapterPlugin]
  /// The regularizers, in the order given.
  public internal(set) var regularizers: [RegularizerPlugin]
  /// The optimizers, in the order given; recipes may name them beside those that they know by
  /// themselves.
  public internal(set) var optimizers: [OptimizerPlugin]
  /// The files of code that some of them are from, in the order in which they were loaded.
  public internal(set) var sources: [PluginSource] = []
  /// The training rules, in the order given.
  public internal(set) var rules: [RulePlugin]
  /// The losses, in the order given.
  public internal(set) var losses: [LossPlugin]

  /// Makes a registry.
  ///
  /// - Parameters:
  ///   - adapters: types of adapters.
  ///   - tunings: types of methods that train the backbone's own weights; recipes name them as adapters.
  ///   - regularizers: types of regularizers.
  ///   - optimizers: types of optimizers.
  ///   - rules: types of training rules.
  ///   - losses: types of losses.
  /// - Throws: `DiagnosticError` when two plugins of a kind have the same name.
  public init(
    adapters: [any Adapter.Type], tunings: [any WeightTuning.Type] = [],
    regularizers: [any Regularizer.Type], optimizers: [any Optimizer.Type] = [],
    rules: [any TrainingRule.Type] = [], losses: [any Loss.Type] = []
  ) throws {
    self.adapters = adapters.map { AdapterPlugin($0) } + tunings.map { AdapterPlugin($0) }
    self.regularizers = regularizers.map { RegularizerPlugin($0) }
    self.optimizers = optimizers.map { OptimizerPlugin($0) }
    self.rules = rules.map { RulePlugin($0) }
    self.losses = losses.map { LossPlugin($0) }
    try checkNames()
  }

  /// Refuses two plugins of a kind with the same name.
  func checkNames() throws {
    try Self.checkUnique(adapters.map(\.descriptor.name), "adapters")
    try Self.checkUnique(regularizers.map(\.descriptor.name), "regularizers")
    try Self.checkUnique(optimizers.map(\.descriptor.name), "optimizers")
    try Self.checkUnique(rules.map(\.descriptor.name), "rules")
    try Self.checkUnique(losses.map(\.descriptor.name), "losses")
  }

  /// Makes a registry of plugins whose types are hidden already; their names are unique.
  package init(
    plugins adapters: [AdapterPlugin], regularizers: [RegularizerPlugin],
    optimizers: [OptimizerPlugin], rules: [RulePlugin] = [], losses: [LossPlugin] = []
  ) {
    self.adapters = adapters
    self.regularizers = regularizers
    self.optimizers = optimizers
    (self.rules, self.losses) = (rules, losses)
  }

  /// The adapter of that name.
  ///
  /// - Throws: `DiagnosticError` with the known names and the nearest.
  package func adapter(named name: String, at span: SourceSpan? = nil) throws -> AdapterPlugin {
    try Self.find(name, in: adapters, \.descriptor.name, "adapter", span)
  }

  /// The regularizer of that name.
  ///
  /// - Throws: `DiagnosticError` with the known names and the nearest.
  package func regularizer(
    named name: String, at span: SourceSpan? = nil
  ) throws -> RegularizerPlugin {
    try Self.find(name, in: regularizers, \.descriptor.name, "regularizer", span)
  }

  /// The training rule of that name.
  ///
  /// - Throws: `DiagnosticError` with the known names and the nearest.
  package func rule(named name: String, at span: SourceSpan? = nil) throws -> RulePlugin {
    try Self.find(name, in: rules, \.descriptor.name, "rule", span)
  }

  /// The loss of that name.
  ///
  /// - Throws: `DiagnosticError` with the known names and the nearest.
  package func loss(named name: String, at span: SourceSpan? = nil) throws -> LossPlugin {
    try Self.find(name, in: losses, \.descriptor.name, "loss", span)
  }

  /// What the message about a plugin that is not known begins with.
  private static let missing = "there is no "

  /// Whether it says that a plugin is not known.
  package static func isOfMissingPlugin(_ diagnostic: Diagnostic) -> Bool {
    ["adapter", "regularizer", "optimizer", "rule", "loss"].contains {
      diagnostic.message.hasPrefix("\(missing)\($0) '")
    }
  }

  private static func find<Plugin>(
    _ name: String, in plugins: [Plugin], _ key: (Plugin) -> String, _ kind: String,
    _ span: SourceSpan?
  ) throws -> Plugin {
    if let found = plugins.first(where: { key($0) == name }) { return found }
    let names = plugins.map(key)
    let nearest = nearestName(to: name, among: names).map { ["did you mean '\($0)'?"] } ?? []
    throw DiagnosticError(
      "\(missing)\(kind) '\(name)'", at: span,
      hints: nearest + ["known: \(names.sorted().joined(separator: ", "))"])
  }

  /// Refuses a name that two plugins have.
  package static func checkUnique(_ names: [String], _ kind: String) throws {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw DiagnosticError(
        "two \(kind) are named '\(name)'",
        hints: ["give one of them another name in its descriptor"])
    }
  }
}
