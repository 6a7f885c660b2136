extension PluginRegistry {
  /// How a registry takes up the types of a kind: whether a type is of it.
  private typealias Kind = (Any.Type, inout PluginRegistry) -> Bool

  /// All kinds, one line each.
  private static var kinds: [Kind] {
    [
      { add($0 as? any Adapter.Type, to: &$1.adapters) { AdapterPlugin($0) } },
      { add($0 as? any WeightTuning.Type, to: &$1.adapters) { AdapterPlugin($0) } },
      { add($0 as? any Regularizer.Type, to: &$1.regularizers) { RegularizerPlugin($0) } },
      { add($0 as? any Optimizer.Type, to: &$1.optimizers) { OptimizerPlugin($0) } },
      { add($0 as? any TrainingRule.Type, to: &$1.rules) { RulePlugin($0) } },
      { add($0 as? any Loss.Type, to: &$1.losses) { LossPlugin($0) } },
    ]
  }

  /// What a plugin can be, in words.
  package static let kindNames =
    "an adapter, a weight tuning, a regularizer, an optimizer, a training rule or a loss"

  private static func add<Plugin, Hidden>(
    _ type: Plugin?, to plugins: inout [Hidden], _ hide: (Plugin) -> Hidden
  ) -> Bool {
    guard let type else { return false }
    plugins.append(hide(type))
    return true
  }

  /// Whether a type is that of a plugin of some kind.
  package static func isPlugin(_ type: Any.Type) -> Bool {
    var registry = PluginRegistry(plugins: [], regularizers: [], optimizers: [])
    return kinds.contains { $0(type, &registry) }
  }

  /// The registry with the plugins of a file beside its own.
  ///
  /// - Parameters:
  ///   - types: the types of the file; those of no plugin are passed over.
  ///   - source: the file.
  /// - Returns: a registry that knows the file, too.
  /// - Throws: `DiagnosticError` when two plugins of a kind have the same name.
  package func adding(_ types: [Any.Type], of source: PluginSource) throws -> PluginRegistry {
    var registry = self
    for type in types {
      for kind in Self.kinds where kind(type, &registry) { break }
    }
    registry.sources.append(source)
    do {
      try registry.checkNames()
    } catch let error as DiagnosticError {
      throw DiagnosticError(
        error.diagnostics.map { Diagnostic("\(source.name): \($0.message)", hints: $0.hints) })
    }
    return registry
  }
}
