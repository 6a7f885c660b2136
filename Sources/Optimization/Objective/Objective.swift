import PETL

/// A regularizer with the weight it has during a stage.
package struct ActiveRegularizer {
  /// The name under which it is logged.
  package let label: String
  /// What is penalised.
  package let regularizer: any Regularizer
  /// λ over the epochs of a stage.
  package let weight: Schedule

  /// Makes an active regularizer.
  package init(label: String, regularizer: any Regularizer, weight: Schedule) {
    self.label = label
    self.regularizer = regularizer
    self.weight = weight
  }
}

/// The loss of one batch, in parts: L = L_task + Σ λ R.
package struct Objective {
  /// One regularizer's part.
  package struct Penalty {
    /// The regularizer's name in logs.
    package let label: String
    /// λ now.
    package let weight: Double
    /// R, without λ.
    package let value: Tensor
  }

  /// The loss of the task; 0 where it is computed elsewhere.
  package let task: Tensor
  /// The parts of the regularizers.
  package let penalties: [Penalty]

  /// - Parameters:
  ///   - task: the loss of the task, a scalar.
  ///   - context: what regularizers may ask for in this step.
  ///   - regularizers: what applies, with its weight now.
  package init(
    task: Tensor, context: @autoclosure () -> StepContext,
    regularizers: [(regularizer: ActiveRegularizer, weight: Double)]
  ) {
    self.task = task
    guard !regularizers.isEmpty else {
      penalties = []
      return
    }
    let context = context()
    penalties = regularizers.map { active, weight in
      Penalty(
        label: active.label, weight: weight,
        value: context.penalty(of: active.regularizer, label: active.label))
    }
  }

  /// The scalar to minimise; a weight of zero leaves its penalty out of the graph.
  package var total: Tensor {
    penalties.filter { $0.weight != 0 }.reduce(task) { $0 + $1.value.scaled(by: Float($1.weight)) }
  }
}
