import Backbones
import Datasets
import Networks
import PETL
import Recipes
import Training

extension TextClassificationExperiment {
  /// The logits and the vectors of texts.
  ///
  /// Texts of like length go together, and the answers stand in the order of the texts.
  ///
  /// - Parameters:
  ///   - records: the texts.
  ///   - labels: the class of each; nil where none is known.
  ///   - batchSize: texts at once; the recipe's if nil.
  /// - Returns: what the network gives for each, with a note of texts that lost their ends.
  /// - Throws: `DiagnosticError` with every text that has no token.
  public func predictions(
    of records: [TextRecord], labels: [Int]? = nil, batchSize: Int? = nil
  ) throws -> Predictions {
    let batchSize = batchSize ?? recipe.examplesAtOnce
    try checkPairs(records)
    let encoded = records.map { TokenizedText($0, tokenizer, length: length) }
    let empty = zip(records, encoded).filter { $0.1.ids.isEmpty }
    guard empty.isEmpty else {
      throw listed(
        empty.map { Diagnostic("\($0.0.place): the text has no token") }, "such texts")
    }
    let (width, outputs) = (model.network.width, model.outputs)
    var features = [Float](repeating: 0, count: encoded.count * width)
    var logits = [Float](repeating: 0, count: encoded.count * outputs)
    let order = encoded.indices.sorted { (encoded[$0].ids.count, $0) < (encoded[$1].ids.count, $1) }
    for start in stride(from: 0, to: order.count, by: batchSize) {
      let part = order[start..<min(order.count, start + batchSize)]
      let pass = ForwardPass(
        isTraining: false, images: part.count, generator: RandomGenerator(seed: 0),
        recordsSubspaces: false)
      let (rows, scores) = noGradient {
        let answers = model.answers(to: part.map { encoded[$0] }, pass: pass)
        return (answers.features[0].values, answers.logits.values)
      }
      for (row, index) in part.enumerated() {
        features.replaceSubrange(
          index * width..<(index + 1) * width, with: rows[row * width..<(row + 1) * width])
        logits.replaceSubrange(
          index * outputs..<(index + 1) * outputs,
          with: scores[row * outputs..<(row + 1) * outputs])
      }
    }
    let long = zip(records, encoded).count { record, text in
      text.ids.count == length && TokenizedText(record, tokenizer).ids.count > length
    }
    let note = Note.warning(
      "\(long) of \(encoded.count) texts are longer than \(length) tokens: their ends are left out")
    return Predictions(
      count: encoded.count, features: features, width: width, logits: logits, classes: outputs,
      labels: labels ?? Array(repeating: -1, count: encoded.count), names: nil,
      notes: long > 0 ? [note] : [])
  }
}
