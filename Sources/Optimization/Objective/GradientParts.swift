import PETL

/// The gradient of an objective, and how much of it is each regularizer's.
package struct GradientParts {
  package let gradients: Gradients
  /// ‖λ ∇R‖ by label; empty when it was not measured.
  package let penaltyNorms: [String: Double]
  /// ‖∇L_task‖; nil when it was not measured.
  package let taskNorm: Double?

  /// - Parameters:
  ///   - objective: its graph is used up.
  ///   - parameters: what is trained.
  ///   - measuring: whether task and penalties are differentiated one by one. The sum is the same
  ///     gradient; a penalty's own walk through the network is what it costs.
  package init(_ objective: Objective, parameters: [Parameter], measuring: Bool) {
    let active = objective.penalties.filter { $0.weight != 0 }
    guard measuring, !active.isEmpty else {
      gradients = objective.total.backward()
      penaltyNorms = [:]
      taskNorm = nil
      return
    }
    var sum = objective.task.backward(keepingGraph: true)
    taskNorm = sum.norm(parameters)
    var norms: [String: Double] = [:]
    for penalty in active {
      let own = penalty.value.scaled(by: Float(penalty.weight)).backward(keepingGraph: true)
      norms[penalty.label] = own.norm(parameters)
      sum.add(own)
    }
    gradients = sum
    penaltyNorms = norms
  }

  /// ‖λ ∇R‖ / (‖∇L_task‖ + Σ ‖λ ∇R‖) by label.
  package var shares: [String: Double] {
    let total = (taskNorm ?? 0) + penaltyNorms.values.reduce(0, +)
    return penaltyNorms.mapValues { total > 0 ? $0 / total : 0 }
  }
}

extension Gradients {
  /// The Euclidean norm over all given parameters.
  package func norm(_ parameters: [Parameter]) -> Double {
    parameters.reduce(0.0) { sum, parameter in
      guard let gradient = self[parameter.value] else { return sum }
      return sum + Double(gradient.squaredNorm)
    }.squareRoot()
  }
}
