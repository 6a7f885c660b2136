import Optimization
import PETL
import Recipes

extension OptimizerRecipe {
  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - parameters: what moves, with names for the rule's state.
  ///   - adapters: whose factors some rules move together; none by default.
  ///   - generator: of whatever a rule draws.
  /// - Returns: a rule that has taken no step.
  public func makeOptimizer(
    for parameters: [(name: String, parameter: Parameter)], adapters: AdapterSet = .none,
    generator: RandomGenerator = RandomGenerator(seed: 0)
  ) -> any Optimizer {
    switch type {
    case .adamw: return adamW(parameters)
    case .sgd:
      return SGD(parameters, weightDecay: weightDecay, momentum: momentum, nesterov: nesterov)
    case .subzero:
      return SubZero(
        parameters, rank: subspaceRank, refresh: refresh, epsilon: epsilon,
        weightDecay: weightDecay, generator: generator)
    case .riemannion, .odelora:
      let pairs = adapters.factorPairs
      let moved = Set(
        pairs.flatMap { [ObjectIdentifier($0.directions), ObjectIdentifier($0.basis)] })
      let others = adamW(parameters.filter { !moved.contains(ObjectIdentifier($0.parameter)) })
      if type == .odelora {
        return ODELoRA(
          pairs, others: others, damping: damping, startScale: startScale, generator: generator)
      }
      return Riemannion(
        pairs, others: others, momentum: momentum, startScale: startScale, generator: generator)
    }
  }

  private func adamW(_ parameters: [(name: String, parameter: Parameter)]) -> AdamW {
    AdamW(parameters, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
  }
}
