import Datasets
import Foundation
import PETL
import Ranks

/// What a model does on a split.
public struct Evaluation: Sendable, Codable {
  /// How many images or texts there were.
  public let examples: Int
  /// The share that was classified rightly; in retrieval the mean of both recalls at 1, of a language model the share
  /// of tokens that were the most probable ones, of texts with several labels the share whose labels are all right,
  /// of numbers Pearson's correlation, 0 where that is not defined.
  public let accuracy: Double
  /// The mean cross-entropy, in nats a token of a language model, or of a run the mean of its recipe's loss; in
  /// retrieval the mean contrastive loss of batches, each image with its first caption.
  public let loss: Double
  /// The mean over sites of the mean |ρ| of coefficients, mean over batches; nil without subspaces.
  public let redundancy: Double?
  /// The mean |ρ| by site.
  public let redundancyBySite: [String: Double]
  /// The mean of each tower's sites; nil for a network that is alone, and without subspaces.
  public private(set) var redundancyByTower: [String: Double]?
  /// How often the right caption and the right image are found; nil in other tasks.
  public private(set) var recalls: Recalls?
  /// How many tokens were predicted; nil in other tasks than a language model's.
  public private(set) var tokens: Int?

  /// What else is measured of labels of texts; nil in other tasks.
  public private(set) var texts: TextMetrics?

  /// Collects figures.
  package init(
    examples: Int, accuracy: Double, loss: Double, redundancy: RedundancyTotals,
    recalls: Recalls? = nil, tokens: Int? = nil, texts: TextMetrics? = nil
  ) {
    (self.examples, self.accuracy, self.loss, self.recalls) = (examples, accuracy, loss, recalls)
    (redundancyBySite, self.redundancy) = (redundancy.bySite, redundancy.mean)
    redundancyByTower = redundancy.byTower
    (self.tokens, self.texts) = (tokens, texts)
  }

  /// exp of the loss of a language model; nil in other tasks.
  public var perplexity: Double? { tokens.map { _ in exp(loss) } }

  /// What decides which epoch is kept: the sum of recalls, a language model's loss (the less the better), the F1 of
  /// several labels, or accuracy, which of numbers is Pearson's correlation.
  package var score: Double {
    if let texts, let f1 = texts.f1, texts.matthews == nil { return f1 }
    return recalls?.sum ?? (tokens == nil ? accuracy : -loss)
  }
}

extension Model {
  /// Classifies a split, without dropout or drop-path.
  ///
  /// - Parameters:
  ///   - images: the split at the network's size.
  ///   - pipeline: normalises.
  ///   - batchSize: images at once; redundancy is over the tokens of a batch.
  /// - Returns: accuracy, loss and redundancy.
  public func evaluate(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int
  ) -> Evaluation {
    evaluate(images, pipeline, batchSize: batchSize, cache: nil)
  }

  /// The same, with the confusion matrix.
  public func evaluateInDetail(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int
  ) -> (evaluation: Evaluation, confusion: ConfusionMatrix) {
    let totals = totals(images, pipeline, batchSize: batchSize, cache: nil)
    return (totals.evaluation, totals.confusion)
  }

  /// The same with a cache of this split, with the loss that is measured, nil for cross-entropy, and with the ranks that
  /// measure together.
  package func evaluate(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int, cache: ActivationCache?,
    loss: (any Loss)? = nil, ranks: (any Ranks)? = nil
  ) -> Evaluation {
    judge(images, pipeline, batchSize: batchSize, cache: cache, loss: loss, ranks: ranks).evaluation
  }

  /// The same, with what is wrong about the answers.
  package func judge(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int, cache: ActivationCache?,
    loss: (any Loss)? = nil, ranks: (any Ranks)? = nil
  ) -> (evaluation: Evaluation, judged: JudgedAnswers) {
    let totals = totals(
      images, pipeline, batchSize: batchSize, cache: cache, loss: loss, ranks: ranks)
    return (totals.evaluation, totals.judged)
  }

  private func totals(
    _ images: LabelledImages, _ pipeline: ImagePipeline, batchSize: Int, cache: ActivationCache?,
    loss: (any Loss)? = nil, ranks: (any Ranks)? = nil
  ) -> EvaluationTotals {
    let classes = headWeight.value.shape[0]
    var totals = EvaluationTotals(classes: classes, loss: loss)
    func indices(_ batch: Int) -> [Int] {
      Array(batch * batchSize..<min(images.count, (batch + 1) * batchSize))
    }
    SharedBatches(ranks).forEach((images.count + batchSize - 1) / batchSize) { batch in
      let indices = indices(batch)
      let pass = ForwardPass(
        isTraining: false, images: indices.count, generator: RandomGenerator(seed: 0))
      let logits = noGradient {
        self.logits(of: indices, in: images, pipeline, cache: cache, pass: pass)
      }
      return MeasuredBatch(logits.values, pass)
    } _: { batch, found in
      let indices = indices(batch)
      totals.add(
        Tensor(found.answers, shape: [indices.count, classes]),
        labels: indices.map { images.labels[$0] }, redundancy: found.redundancy)
    }
    return totals
  }
}

extension ForwardPass {
  /// The mean |ρ| over the batch's tokens of every site that has more than one subspace.
  package func redundancyBySite() -> [String: Double] {
    subspaces.filter { $0.subspaces.count > 1 }.reduce(into: [:]) { bySite, entry in
      bySite[entry.site.name] = Double(entry.subspaces.redundancy())
    }
  }
}

extension Tensor {
  /// The index of the largest element of each row, of [rows, columns].
  package func largestPerRow() -> [Int] {
    let (columns, values) = (shape[1], values)
    return (0..<shape[0]).map { row in
      (0..<columns).max { values[row * columns + $0] < values[row * columns + $1] } ?? 0
    }
  }
}
