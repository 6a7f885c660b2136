import PETL

/// What is summed over the batches of a split.
package struct EvaluationTotals {
  private var examples = 0
  private var correct = 0
  private var loss = 0.0
  /// The sum of the examples' weights in the loss.
  private var weight = 0.0
  private let ownLoss: (any Loss)?
  private var redundancy = RedundancyTotals()
  /// Which classes were taken for which, and where the answers are most wrong.
  package private(set) var judged: JudgedAnswers

  /// Nothing so far.
  ///
  /// - Parameters:
  ///   - classes: how many there are.
  ///   - loss: what is measured; nil for cross-entropy.
  package init(classes: Int, loss: (any Loss)? = nil) {
    judged = JudgedAnswers(classes: classes)
    ownLoss = loss
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - labels: the class of each image.
  ///   - pass: has the subspaces that the adapters left.
  package mutating func add(_ logits: Tensor, labels: [Int], pass: ForwardPass) {
    add(logits, labels: labels, redundancy: RedundancyTotals.sites(of: pass))
  }

  /// Adds a batch whose redundancy is known.
  mutating func add(_ logits: Tensor, labels: [Int], redundancy sites: [RedundancyTotals.Site]) {
    noGradient {
      let losses = ownLoss.map { loss in
        PluginCall.within("loss '\(type(of: loss).descriptor.name)'") {
          loss.measuredLosses(of: logits, labels: labels)
        }
      }
      add(losses, logits, labels)
      let guesses = logits.largestPerRow()
      judged.add(logits.values, guesses: guesses, labels: labels)
      correct += zip(guesses, labels).count { $0 == $1 }
    }
    redundancy.add(sites)
    examples += labels.count
  }

  private mutating func add(_ losses: ExampleLosses?, _ logits: Tensor, _ labels: [Int]) {
    if let losses {
      loss += losses.totalValue
      weight += losses.totalWeight
    } else {
      loss += Double(logits.crossEntropy(labels).item) * Double(labels.count)
      weight += Double(labels.count)
    }
  }

  /// Which classes were taken for which.
  package var confusion: ConfusionMatrix { judged.confusion }

  /// The figures of all batches.
  package var evaluation: Evaluation {
    let count = Double(max(1, examples))
    return Evaluation(
      examples: examples, accuracy: Double(correct) / count, loss: weight > 0 ? loss / weight : 0,
      redundancy: redundancy)
  }
}
