import PETL

/// The values of an objective over a whole batch, of whose parts each has a share.
package struct ObjectiveFigures {
  /// One regularizer's part.
  package struct Penalty {
    /// The regularizer's name in logs.
    package let label: String
    /// λ now.
    package let weight: Double
    /// R, without λ, the mean over parts.
    package fileprivate(set) var value: Double
  }

  /// The loss of the task.
  package private(set) var task = 0.0
  /// What regularizers add to it.
  package private(set) var penalties: [Penalty] = []

  /// Nothing so far.
  package init() {}

  /// Adds the values of a part.
  ///
  /// - Parameters:
  ///   - objective: on the part.
  ///   - share: of the part in the whole.
  package mutating func add(_ objective: Objective, share: Double) {
    task += share * Double(objective.task.item)
    for penalty in objective.penalties {
      let value = share * Double(penalty.value.item)
      if let place = penalties.firstIndex(where: { $0.label == penalty.label }) {
        penalties[place].value += value
      } else {
        penalties.append(Penalty(label: penalty.label, weight: penalty.weight, value: value))
      }
    }
  }

  /// Adds to the loss of the task.
  package mutating func add(task value: Double) { task += value }

  /// The value that is minimised, in 32 bits as the tensors add it up; a weight of zero leaves its penalty out.
  package var total: Double {
    Double(
      penalties.filter { $0.weight != 0 }.reduce(Float(task)) {
        $0 + Float($1.value) * Float($1.weight)
      })
  }

  /// The labels of the penalties whose weight is not 0.
  package var active: [String] { penalties.filter { $0.weight != 0 }.map(\.label) }

  /// What is not finite, in words; nil when all is well.
  package var divergence: String? {
    if !task.isFinite { return "the task loss is \(exact(Float(task)))" }
    for penalty in penalties where !penalty.value.isFinite {
      return "the value of regularizer '\(penalty.label)' is \(exact(Float(penalty.value)))"
    }
    return nil
  }
}
