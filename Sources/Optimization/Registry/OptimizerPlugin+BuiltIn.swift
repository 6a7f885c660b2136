import PETL

extension OptimizerPlugin {
  /// The rules of this package, which every recipe may name.
  package static let builtIn = [
    OptimizerPlugin(AdamW.self), OptimizerPlugin(SGD.self), OptimizerPlugin(Riemannion.self),
    OptimizerPlugin(ODELoRA.self), OptimizerPlugin(SubZero.self),
  ]

  /// Whether it is a rule of this package.
  package var isBuiltIn: Bool { Self.builtIn.contains { $0.type == type } }
}

extension PluginRegistry {
  /// The rules that a recipe may name: those of this package, then the registry's.
  package var rules: [OptimizerPlugin] { OptimizerPlugin.builtIn + optimizers }

  /// Refuses optimizers of one name.
  ///
  /// - Throws: `DiagnosticError` when two rules have the same name.
  package func checkRules() throws {
    try Self.checkUnique(rules.map(\.descriptor.name), "optimizers")
  }
}
