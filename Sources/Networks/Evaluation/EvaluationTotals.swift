import PETL

/// What is summed over the batches of a split.
package struct EvaluationTotals {
  private var examples = 0
  private var correct = 0
  private var loss = 0.0
  private var redundancy = RedundancyTotals()
  /// Which classes were taken for which.
  package private(set) var confusion: ConfusionMatrix

  /// Nothing so far.
  package init(classes: Int) { confusion = ConfusionMatrix(classes: classes) }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - labels: the class of each image.
  ///   - pass: has the subspaces that the adapters left.
  package mutating func add(_ logits: Tensor, labels: [Int], pass: ForwardPass) {
    noGradient {
      loss += Double(logits.crossEntropy(labels).item) * Double(labels.count)
      for (guess, label) in zip(logits.largestPerRow(), labels) {
        confusion.count(label, takenFor: guess)
        if guess == label { correct += 1 }
      }
    }
    redundancy.add(pass)
    examples += labels.count
  }

  /// The figures of all batches.
  package var evaluation: Evaluation {
    let count = Double(max(1, examples))
    return Evaluation(
      examples: examples, accuracy: Double(correct) / count, loss: loss / count,
      redundancy: redundancy)
  }
}
