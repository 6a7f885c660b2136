import Backbones
import Datasets
import PETL
import Ranks

extension TextClassifier {
  /// The answers to some texts: their vectors, [texts, width], and a row of logits for each.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - pass: whether this is training, and where subspaces are left.
  ///   - isAdapted: whether the adapters take part; the head does always.
  /// - Returns: answers whose gradient reaches everything that is trained.
  package func answers(
    to texts: [TokenizedText], pass: ForwardPass, isAdapted: Bool = true
  ) -> NetworkAnswers {
    let hasTypes = network.configuration.tokenTypes > 1
    let batch = TokenBatch(texts.map(\.ids), types: hasTypes ? texts.map(\.types) : nil)
    let hidden = network.hidden(batch, adapters: isAdapted ? adapters : .none, pass: pass)
    let features = batch.pooled(hidden, by: pooling)
    return NetworkAnswers(features: [features]) { self.head(features) }
  }

  /// Measures labelled texts, without dropout.
  ///
  /// - Parameters:
  ///   - texts: with their tokens.
  ///   - labels: as many.
  ///   - kind: what they are.
  ///   - batchSize: texts at once; redundancy is over the tokens of a batch.
  ///   - loss: of classes; nil for cross-entropy.
  ///   - ranks: who measures together; nil for this process alone.
  /// - Returns: accuracy (of numbers Pearson's correlation), loss, `TextMetrics` and redundancy; of classes also what
  ///   is wrong about the answers.
  package func evaluate(
    _ texts: [TokenizedText], _ labels: [TextLabel], _ kind: TextLabel.Kind, batchSize: Int,
    loss: (any Loss)? = nil, ranks: (any Ranks)? = nil
  ) -> (evaluation: Evaluation, judged: JudgedAnswers?) {
    var totals = TextTotals(kind, outputs: outputs, loss: loss)
    func range(_ batch: Int) -> Range<Int> {
      batch * batchSize..<min(texts.count, (batch + 1) * batchSize)
    }
    SharedBatches(ranks).forEach((texts.count + batchSize - 1) / batchSize) { batch in
      let range = range(batch)
      let pass = ForwardPass(
        isTraining: false, images: range.count, generator: RandomGenerator(seed: 0))
      let logits = noGradient { self.answers(to: Array(texts[range]), pass: pass).logits }
      return MeasuredBatch(logits.values, pass)
    } _: { batch, found in
      let range = range(batch)
      totals.add(
        Tensor(found.answers, shape: [range.count, outputs]), labels: Array(labels[range]),
        redundancy: found.redundancy)
    }
    return totals.figures
  }
}
