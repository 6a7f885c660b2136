import Datasets
import PETL

/// What is collected over the batches of labelled texts.
struct TextTotals {
  private let kind: TextLabel.Kind
  private let outputs: Int
  private let ownLoss: (any Loss)?
  private var logits: [Float] = []
  private var labels: [TextLabel] = []
  private var (loss, weight) = (0.0, 0.0)
  private var redundancy = RedundancyTotals()

  /// Nothing so far.
  ///
  /// - Parameters:
  ///   - kind: what labels are.
  ///   - outputs: how many numbers there are for each text.
  ///   - loss: of classes; nil for cross-entropy.
  init(_ kind: TextLabel.Kind, outputs: Int, loss: (any Loss)?) {
    (self.kind, self.outputs, ownLoss) = (kind, outputs, loss)
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - logits: [texts, outputs].
  ///   - labels: of the texts.
  ///   - sites: the redundancy of the batch.
  mutating func add(
    _ logits: Tensor, labels: [TextLabel], redundancy sites: [RedundancyTotals.Site]
  ) {
    noGradient {
      if let ownLoss, kind == .classes {
        let losses = PluginCall.within("loss '\(type(of: ownLoss).descriptor.name)'") {
          ownLoss.measuredLosses(of: logits, labels: labels.map(\.classNumber))
        }
        loss += losses.totalValue
        weight += losses.totalWeight
      } else {
        loss += Double(logits.textLoss(labels, kind).item) * Double(labels.count)
        weight += Double(labels.count)
      }
    }
    self.logits += logits.values
    self.labels += labels
    redundancy.add(sites)
  }

  /// The figures of all batches, and what is wrong about the answers where each text has one class.
  var figures: (evaluation: Evaluation, judged: JudgedAnswers?) {
    let count = labels.count
    var judged: JudgedAnswers?
    let (accuracy, metrics): (Double, TextMetrics)
    switch kind {
    case .classes:
      let guesses = Tensor(logits, shape: [count, outputs]).largestPerRow()
      let right = labels.map(\.classNumber)
      accuracy = Double(zip(guesses, right).count { $0 == $1 }) / Double(max(1, count))
      metrics = TextMetrics(guesses: guesses, labels: right, classes: outputs)
      var answers = JudgedAnswers(classes: outputs)
      answers.add(logits, guesses: guesses, labels: right)
      judged = answers
    case .several:
      let guesses = logits.map { $0 > 0 }
      let right = labels.flatMap { label in
        let own = Set(label.classNumbers)
        return (0..<outputs).map { own.contains($0) }
      }
      let exact = (0..<count).count {
        guesses[$0 * outputs..<($0 + 1) * outputs] == right[$0 * outputs..<($0 + 1) * outputs]
      }
      accuracy = Double(exact) / Double(max(1, count))
      metrics = TextMetrics(guesses: guesses, labels: right)
    case .number:
      metrics = TextMetrics(answers: logits, values: labels.map(\.value))
      accuracy = metrics.pearson ?? 0
    }
    let evaluation = Evaluation(
      examples: count, accuracy: accuracy, loss: weight > 0 ? loss / weight : 0,
      redundancy: redundancy, texts: metrics)
    return (evaluation, judged)
  }
}
