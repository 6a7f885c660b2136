import Backbones
import Datasets
import Networks
import PETL
import Ranks
import Recipes

/// Telling texts apart: cross-entropy, or the recipe's loss; of numbers the squared error, of several labels the binary
/// cross-entropy of each.
struct TextClassificationTask: TrainingTask {
  let model: TextClassifier
  /// The splits that are there.
  let texts: [Split: EncodedTexts]
  let trainSplit: Split
  let kind: TextLabel.Kind
  /// The names of the classes.
  let classes: [String]
  let batchSize: Int
  /// Whether texts of like length go together.
  let groupsByLength: Bool
  /// What is trained by in the place of cross-entropy.
  let ownLoss: (any Loss)?
  private let last = LastAnswers()

  /// Brings a model and its texts together.
  ///
  /// - Parameters:
  ///   - model: the network, its adapters and its head.
  ///   - texts: the splits that are there.
  ///   - known: says what labels are, and the names of the classes.
  ///   - recipe: says what is trained on, and how.
  ///   - batchSize: texts at once when measuring.
  ///   - loss: what is trained by; nil for cross-entropy.
  init(
    _ model: TextClassifier, _ texts: [Split: EncodedTexts], of known: LabelledTexts,
    _ recipe: Recipe, batchSize: Int, loss: (any Loss)?
  ) {
    (self.model, self.texts, self.batchSize, ownLoss) = (model, texts, batchSize, loss)
    (kind, classes) = (known.kind, known.classes)
    (trainSplit, groupsByLength) = (recipe.data.trainSplit, recipe.text.groupsByLength)
  }

  var network: any TrainedNetwork { model }
  var exampleCount: Int { texts[trainSplit]?.texts.count ?? 0 }
  var notes: [Note] { Split.allCases.flatMap { texts[$0]?.notes ?? [] } }

  func arranged(_ order: [Int], batchSize: Int) -> [Int] {
    guard groupsByLength, let own = texts[trainSplit] else { return order }
    return LengthGroups.arranged(
      order, lengths: own.texts.map(\.ids.count), batchSize: batchSize)
  }

  func tokens(in batch: [Int]) -> Int? {
    let all = texts[trainSplit]?.texts ?? []
    return batch.reduce(0) { $0 + all[$1].ids.count }
  }

  func answers(
    to batch: [Int], epoch: RandomGenerator, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers {
    let all = texts[trainSplit]?.texts ?? []
    return model.answers(to: batch.map { all[$0] }, pass: pass, isAdapted: isAdapted)
  }

  func answers(from features: [Tensor]) -> NetworkAnswers {
    NetworkAnswers(features: features) { model.head(features[0]) }
  }

  func longest(of batch: [Int], epoch: RandomGenerator) -> Int? {
    let all = texts[trainSplit]?.texts ?? []
    return batch.map { all[$0].ids.count }.max()
  }

  /// A mean over texts; a loss of the recipe's may have weights of its own.
  func lossWeight(of batch: [Int]) -> Int? { ownLoss == nil ? batch.count : nil }

  func loss(of answers: NetworkAnswers, to batch: [Int], epoch: RandomGenerator) -> Tensor {
    guard let ownLoss else { return answers.logits.textLoss(targets(of: batch), kind) }
    let (logits, labels) = (answers.logits, labels(of: batch))
    return PluginCall.within("loss '\(type(of: ownLoss).descriptor.name)'") {
      ownLoss.losses(of: logits, labels: labels).mean
    }
  }

  /// The class of each text; of several the first, of numbers 0.
  func labels(of batch: [Int]) -> [Int] { targets(of: batch).map(\.classNumber) }

  private func targets(of batch: [Int]) -> [TextLabel] {
    let all = texts[trainSplit]?.labels ?? []
    return batch.map { all[$0] }
  }

  func validate(_ ranks: any Ranks) -> Evaluation? {
    trainSplit == .train ? evaluate(.val, ranks) : nil
  }

  func test(_ ranks: any Ranks) -> Evaluation? {
    let found = texts[.test].map { evaluate($0, ranks: ranks) }
    last.judged = found?.judged
    return found?.evaluation
  }

  func mistakes(_ ranks: any Ranks, isTested: Bool) -> Mistakes? {
    guard kind == .classes else { return nil }
    let split = texts[.test] == nil ? Split.val : .test
    guard split == .test || trainSplit == .train, let own = texts[split] else { return nil }
    let known = isTested && split == .test ? last.judged : nil
    return (known ?? evaluate(own, ranks: ranks).judged).map { judged in
      Mistakes(judged, of: split, classes: classes) { Mistakes.Picture(own.records[$0]) }
    }
  }

  private func evaluate(_ split: Split, _ ranks: any Ranks) -> Evaluation? {
    texts[split].map { evaluate($0, ranks: ranks).evaluation }
  }

  /// The figures of some texts.
  func evaluate(
    _ texts: EncodedTexts, ranks: (any Ranks)? = nil
  ) -> (evaluation: Evaluation, judged: JudgedAnswers?) {
    model.evaluate(
      texts.texts, texts.labels, kind, batchSize: batchSize, loss: ownLoss, ranks: ranks)
  }
}
