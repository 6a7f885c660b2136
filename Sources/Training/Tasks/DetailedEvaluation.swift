import Networks
import PETL

extension Note {
  /// That the loss of other data than a run's own is none of the recipe's.
  package static let plainLoss: Note = "the loss is the cross-entropy, not that of the recipe"
}

/// What a network does on some examples, by class where there are classes.
public struct DetailedEvaluation: Sendable {
  /// What the examples are called.
  public let name: String
  /// The figures of the task.
  public let evaluation: Evaluation
  /// Which classes were taken for which; nil where an example has not one class.
  public let confusion: ConfusionMatrix?
  /// The names of the classes; none without a confusion matrix.
  public let classes: [String]
  /// What the user should know of the examples, a sentence each.
  public let notes: [Note]

  /// Collects figures.
  public init(
    name: String, evaluation: Evaluation, confusion: ConfusionMatrix? = nil, classes: [String] = [],
    notes: [Note] = []
  ) {
    (self.name, self.evaluation, self.confusion) = (name, evaluation, confusion)
    (self.classes, self.notes) = (confusion == nil ? [] : classes, notes)
  }
}
