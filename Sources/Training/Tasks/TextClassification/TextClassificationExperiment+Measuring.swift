import Datasets
import Networks
import PETL
import Recipes

extension TextClassificationExperiment {
  /// Measures a split.
  ///
  /// - Parameters:
  ///   - split: train, val or test.
  ///   - batchSize: texts at once; the recipe's if nil.
  /// - Returns: accuracy (of numbers Pearson's correlation), loss, the other figures of labels, redundancy.
  /// - Throws: `DiagnosticError` when there is no such split.
  public func evaluate(_ split: Split, batchSize: Int?) throws -> Evaluation {
    try measure(split, of: nil, batchSize: batchSize).evaluation
  }

  /// Measures a split of its own texts, or texts of others with the same classes.
  public func measure(
    _ split: Split, of data: String?, batchSize: Int?
  ) throws -> DetailedEvaluation {
    let task = task(batchSize: batchSize ?? recipe.examplesAtOnce)
    guard let data else {
      try check(split)
      guard let own = encoded[split]
      else { stopProgram("The split '\(split.rawValue)' was there a moment ago.") }
      return detailed(task.evaluate(own), "\(dataName) \(split.rawValue)")
    }
    let (found, name, notes) = try texts.others(data, TextLayout(recipe.text), split)
    try checkPairs(found.map(\.record))
    let others = try EncodedTexts(found, of: name, tokenizer, length: length)
    // One that counts the training texts of each class cannot be made without them.
    let isPlain = recipe.loss != nil && loss == nil
    return detailed(
      task.evaluate(others), name, notes + others.notes + (isPlain ? [.plainLoss] : []))
  }

  private func detailed(
    _ figures: (evaluation: Evaluation, judged: JudgedAnswers?), _ name: String,
    _ notes: [Note] = []
  ) -> DetailedEvaluation {
    DetailedEvaluation(
      name: name, evaluation: figures.evaluation, confusion: figures.judged?.confusion,
      classes: texts.classes, notes: notes)
  }

  /// Refuses pairs of texts where single ones are told apart, and the other way round.
  ///
  /// - Throws: `DiagnosticError` that names the first other text.
  package func checkPairs(_ records: [TextRecord]) throws {
    guard let other = records.first(where: { ($0.pair != nil) != isOfPairs }) else { return }
    throw DiagnosticError(
      isOfPairs
        ? "\(other.place): the run tells pairs of texts apart, and this one has no second one"
        : "\(other.place): the run tells single texts apart, and this one has a second one",
      hints: [
        isOfPairs
          ? "a pair is text and text_pair, or what text.pair names"
          : "leave out what text.pair names, or text_pair"
      ])
  }
}
