import AdapterFiles
import Datasets
import Networks
import PETL

extension Predictor {
  /// Measures the network on labelled images.
  ///
  /// - Parameters:
  ///   - images: in memory, of any size, or files.
  ///   - dataset: what they are of; its classes are matched with those of the head.
  ///   - batchSize: images at once; redundancy is over the tokens of a batch.
  ///   - onError: what is done with a file that cannot be decoded.
  /// - Returns: the figures, which classes of the head were taken for which, and remarks on the images.
  /// - Throws: `DiagnosticError` when there is no head, or one that has not all of the classes, or a
  ///   file cannot be decoded.
  public func evaluate(
    _ images: ImageSource, of dataset: Dataset, batchSize: Int, onError: OnImageError = .fail
  ) throws -> (evaluation: Evaluation, confusion: ConfusionMatrix, notes: [Note]) {
    let model = try model()
    let match = try classMatch(with: dataset)
    var totals = EvaluationTotals(classes: match.names.count)
    let notes = try forEachBatch(of: images, batchSize, onError) { pass, batch, part in
      let logits = noGradient { model.logits(batch, pass: pass) }
      totals.add(logits, labels: part.labels.map(match.index), pass: pass)
    }
    return (totals.evaluation, totals.confusion, notes)
  }

  /// Which class of the head each class of a data set is.
  ///
  /// - Throws: `DiagnosticError` when there is no head, or one that has not all of the classes.
  public func classMatch(with dataset: Dataset) throws -> ClassMatch {
    let count = try model().headWeight.value.shape[0]
    let classes =
      headClasses ?? HeadClasses(owner: name, count: count, names: nil, areWords: false)
    return try classes.matched(with: dataset)
  }

  /// Asks the network about the probe that was stored with its adapter.
  ///
  /// - Returns: The largest difference of a logit, divided by its size where that is above 1.
  /// - Throws: `DiagnosticError` when there is no probe, or it is not reproduced.
  public func verify() throws -> Double {
    guard let probe = try AdapterProbe(metadata: adapterMetadata, file: name) else {
      throw DiagnosticError(
        "\(name): there is no stored probe to verify with",
        hints: ["petl run stores one with the adapter that it trains"])
    }
    return try probe.verify(model())
  }
}
