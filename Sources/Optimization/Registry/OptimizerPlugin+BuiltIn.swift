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
  /// The optimizers that a recipe may name: those of this package, then the registry's.
  package var allOptimizers: [OptimizerPlugin] { OptimizerPlugin.builtIn + optimizers }

  /// Refuses optimizers of one name.
  ///
  /// - Throws: `DiagnosticError` when two of them have the same name.
  package func checkOptimizers() throws {
    try Self.checkUnique(allOptimizers.map(\.descriptor.name), "optimizers")
  }
}
