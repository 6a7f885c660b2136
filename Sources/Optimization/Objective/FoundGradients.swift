import PETL

/// A step's objective whose gradient was found already, for what takes a part in the step of another.
package struct FoundGradients: StepObjective {
  private let found: StepGradients
  private let value: () -> Double

  /// Makes the objective.
  ///
  /// - Parameters:
  ///   - gradients: what was found.
  ///   - loss: computes the loss, where it is asked for.
  package init(_ gradients: StepGradients, loss: @escaping () -> Double) {
    (found, value) = (gradients, loss)
  }

  /// The rest of an objective whose gradient was asked for.
  package init(_ gradients: StepGradients, of objective: any StepObjective) {
    self.init(gradients) { objective.loss() }
  }

  /// What was found.
  package func gradients() -> StepGradients { found }

  /// The loss, anew.
  package func loss() -> Double { value() }
}
