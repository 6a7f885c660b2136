import Backbones
import Datasets
import Networks
import PETL
import Ranks

/// Predicting the next token: cross-entropy over the tokens of a step that count, and perplexity.
struct LanguageModelTask: TrainingTask {
  let model: LanguageModel
  /// The splits that are there.
  let texts: [Split: LearnedTexts]
  let trainSplit: Split
  let batchSize: Int
  /// Whether texts of like length go together.
  let groupsByLength: Bool

  var network: any TrainedNetwork { model }
  private var train: [TextWindows.Window] { texts[trainSplit]?.windows ?? [] }
  var exampleCount: Int { train.count }
  var notes: [Note] { Split.allCases.flatMap { texts[$0]?.notes ?? [] } }

  func arranged(_ order: [Int], batchSize: Int) -> [Int] {
    groupsByLength
      ? LengthGroups.arranged(order, lengths: train.map(\.ids.count), batchSize: batchSize) : order
  }

  func tokens(in batch: [Int]) -> Int? { batch.reduce(0) { $0 + train[$1].ids.count } }

  func answers(
    to batch: [Int], epoch: RandomGenerator, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers {
    model.answers(to: batch.map { train[$0] }, pass: pass, isAdapted: isAdapted).answers
  }

  func answers(from features: [Tensor]) -> NetworkAnswers {
    NetworkAnswers(features: features) { model.decoder.logits(features[0]) }
  }

  func longest(of batch: [Int], epoch: RandomGenerator) -> Int? {
    batch.map { train[$0].ids.count }.max()
  }

  func loss(of answers: NetworkAnswers, to batch: [Int], epoch: RandomGenerator) -> Tensor {
    let targets = labels(of: batch)
    return model.decoder.loss(
      answers.features[0], targets: targets.map(Optional.init), dividingBy: targets.count)
  }

  /// A mean over the tokens to predict.
  func lossWeight(of batch: [Int]) -> Int? {
    batch.reduce(0) { $0 + train[$1].counts.dropFirst().count { $0 } }
  }

  /// The token to predict at each row of the answers.
  func labels(of batch: [Int]) -> [Int] {
    TextWindows.batch(batch.map { train[$0] }).targets.compactMap(\.self)
  }

  func validate(_ ranks: any Ranks) -> Evaluation? {
    trainSplit == .train ? evaluate(.val, ranks) : nil
  }

  func test(_ ranks: any Ranks) -> Evaluation? { evaluate(.test, ranks) }

  private func evaluate(_ split: Split, _ ranks: any Ranks) -> Evaluation? {
    texts[split].map { model.evaluate($0.windows, batchSize: batchSize, ranks: ranks) }
  }
}
