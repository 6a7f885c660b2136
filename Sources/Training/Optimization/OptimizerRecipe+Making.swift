import PETL
import Recipes

extension OptimizerRecipe {
  /// Makes the rule.
  ///
  /// - Parameter parameters: what moves, with names for the rule's state.
  /// - Returns: a rule that has taken no step.
  public func makeOptimizer(
    for parameters: [(name: String, parameter: Parameter)]
  ) -> any Optimizer {
    switch type {
    case .adamw:
      AdamW(parameters, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
    case .sgd:
      SGD(parameters, weightDecay: weightDecay, momentum: momentum, nesterov: nesterov)
    }
  }
}
