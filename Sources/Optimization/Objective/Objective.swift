import PETL

/// A regularizer with the weight it has during a stage.
package struct ActiveRegularizer {
  /// The name under which it is logged.
  package let label: String
  /// What is penalised.
  package let regularizer: any RedundancyRegularizer
  /// λ over the epochs of a stage.
  package let weight: Schedule

  /// Makes an active regularizer.
  package init(label: String, regularizer: any RedundancyRegularizer, weight: Schedule) {
    self.label = label
    self.regularizer = regularizer
    self.weight = weight
  }
}

/// The loss of one batch, in parts: L = L_task + Σ λ · mean over sites of R.
package struct Objective {
  /// One regularizer's part.
  package struct Penalty {
    /// The regularizer's name in logs.
    package let label: String
    /// λ now.
    package let weight: Double
    /// The mean over sites, without λ.
    package let value: Tensor
  }

  package let task: Tensor
  package let penalties: [Penalty]

  /// - Parameters:
  ///   - task: the loss of the task, a scalar.
  ///   - pass: holds the subspaces of the sites.
  ///   - regularizers: what applies, with its weight now.
  package init(
    task: Tensor, pass: ForwardPass,
    regularizers: [(regularizer: ActiveRegularizer, weight: Double)]
  ) {
    self.task = task
    penalties = regularizers.map { active, weight in
      let values = pass.subspaces.map { site, subspaces in
        PluginCall.within("regularizer '\(active.label)'", site: site.name) {
          let penalty = active.regularizer.penalty(on: subspaces)
          require(penalty.count == 1, "A penalty is a scalar, not of shape \(penalty.shape).")
          return penalty
        }
      }
      return Penalty(label: active.label, weight: weight, value: Tensor.mean(ofScalars: values))
    }
  }

  /// The scalar to minimise; a weight of zero leaves its penalty out of the graph.
  package var total: Tensor {
    penalties.filter { $0.weight != 0 }.reduce(task) { $0 + $1.value.scaled(by: Float($1.weight)) }
  }

  /// The labels of the penalties whose weight is not 0.
  package var active: [String] { penalties.filter { $0.weight != 0 }.map(\.label) }

  /// What is not finite, in words; nil when all is well.
  package var divergence: String? {
    if !task.item.isFinite { return "the task loss is \(task.item)" }
    for penalty in penalties where !penalty.value.item.isFinite {
      return "the value of regularizer '\(penalty.label)' is \(penalty.value.item)"
    }
    return nil
  }
}

extension Tensor {
  /// The mean of scalars; 0 of none.
  fileprivate static func mean(ofScalars scalars: [Tensor]) -> Tensor {
    guard !scalars.isEmpty else { return Tensor(0) }
    let total = scalars.reduce(Float(0)) { $0 + $1.item }
    let factor = 1 / Float(scalars.count)
    return .custom(from: scalars, result: Tensor(total * factor)) { gradient in
      scalars.map { _ in gradient.scaled(by: factor) }
    }
  }
}
