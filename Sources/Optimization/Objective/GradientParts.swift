import PETL

/// The gradient of an objective, and how much of it is each regularizer's.
package struct GradientParts {
  package private(set) var gradients = Gradients()
  /// ‖λ ∇R‖ by label; empty when it was not measured.
  package private(set) var penaltyNorms: [String: Double] = [:]
  /// ‖∇L_task‖; nil when it was not measured.
  package private(set) var taskNorm: Double?

  /// The gradients of the penalties that are measured, which are not in the sum yet.
  private var penalties: [(label: String, gradients: Gradients)] = []

  /// No gradients.
  package init() {}

  /// The gradient of one objective.
  ///
  /// - Parameters:
  ///   - objective: its graph is used up.
  ///   - parameters: what is trained.
  ///   - measuring: whether task and penalties are differentiated one by one. The sum is the same
  ///     gradient; a penalty's own walk through the network is what it costs.
  package init(_ objective: Objective, parameters: [Parameter], measuring: Bool) {
    add(objective, measuring: measuring)
    finish(parameters)
  }

  /// Adds the gradient of an objective on a part of a batch.
  ///
  /// - Parameters:
  ///   - objective: its graph is used up.
  ///   - share: of the part in the whole.
  ///   - measuring: whether task and penalties are differentiated one by one.
  package mutating func add(_ objective: Objective, share: Double = 1, measuring: Bool) {
    func shared(_ value: Tensor) -> Tensor { share == 1 ? value : value.scaled(by: Float(share)) }
    let active = objective.penalties.filter { $0.weight != 0 }
    guard measuring, !active.isEmpty else {
      gradients.add(shared(objective.total).backward())
      return
    }
    gradients.add(shared(objective.task).backward(keepingGraph: true))
    for penalty in active {
      let own = shared(penalty.value.scaled(by: Float(penalty.weight)))
        .backward(keepingGraph: true)
      if let place = penalties.firstIndex(where: { $0.label == penalty.label }) {
        penalties[place].gradients.add(own)
      } else {
        penalties.append((penalty.label, own))
      }
    }
  }

  /// Adds a gradient that was found already.
  ///
  /// - Parameters:
  ///   - own: the gradient.
  ///   - label: of the penalty whose gradient it is, to be measured; nil of the task, or of everything.
  package mutating func add(_ own: Gradients, of label: String?) {
    if let label { penalties.append((label, own)) } else { gradients.add(own) }
  }

  /// Measures what is to be measured, once all parts are added.
  ///
  /// - Parameter parameters: what is trained.
  package mutating func finish(_ parameters: [Parameter]) {
    guard !penalties.isEmpty else { return }
    taskNorm = gradients.norm(parameters)
    for (label, own) in penalties {
      penaltyNorms[label] = own.norm(parameters)
      gradients.add(own)
    }
    penalties = []
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
