import PETL

extension OptimizerPlugin {
  /// The rules of this package, which every recipe may name.
  package static let builtIn = [
    OptimizerPlugin(AdamW.self), OptimizerPlugin(SGD.self), OptimizerPlugin(Riemannion.self),
    OptimizerPlugin(ODELoRA.self), OptimizerPlugin(SubZero.self),
  ]
}

extension PluginRegistry {
  /// The rules that a recipe may name: those of this package, then the registry's.
  ///
  /// - Throws: `DiagnosticError` when two have the same name.
  package func rules() throws -> [OptimizerPlugin] {
    let all = OptimizerPlugin.builtIn + optimizers
    try Self.checkUnique(all.map(\.descriptor.name), "optimizers")
    return all
  }
}
