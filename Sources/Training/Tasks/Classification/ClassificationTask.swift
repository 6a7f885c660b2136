import Datasets
import Networks
import PETL
import Ranks
import Recipes

/// Telling the classes of images: cross-entropy, or the recipe's loss, and accuracy.
struct ClassificationTask: TrainingTask {
  let model: Model
  let pipeline: ImagePipeline
  private let caches: ActivationCaches
  private let batchSize: Int
  /// What is trained by in the place of cross-entropy.
  private let ownLoss: (any Loss)?
  /// The names of the classes.
  private let classes: [String]
  private let last = LastAnswers()

  /// Brings a model and its images together.
  ///
  /// - Parameters:
  ///   - model: the network, its adapters and its head.
  ///   - pipeline: the splits.
  ///   - classes: the names of the classes.
  ///   - recipe: says the size of batches and the memory of caches.
  ///   - loss: what is trained by; nil for cross-entropy.
  ///   - epochs: how many times the run goes through the splits.
  init(
    _ model: Model, _ pipeline: ImagePipeline, classes: [String], _ recipe: Recipe,
    loss: (any Loss)?, epochs: Int
  ) {
    (self.model, self.pipeline, batchSize) = (model, pipeline, recipe.examplesAtOnce)
    (ownLoss, self.classes) = (loss, classes)
    caches = ActivationCaches(
      model.backbone, model.adapters, pipeline, memory: recipe.activationCache << 20,
      epochs: epochs)
  }

  var network: any TrainedNetwork { model }
  var exampleCount: Int { pipeline.train.count }
  var notes: [Note] { pipeline.notes + caches.notes }

  func answers(
    to batch: [Int], epoch: RandomGenerator, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers {
    model.answers(
      to: batch, in: pipeline.train, pipeline, cache: caches.train, epoch: epoch, pass: pass,
      isAdapted: isAdapted)
  }

  func answers(from features: [Tensor]) -> NetworkAnswers {
    NetworkAnswers(features: features) { model.head(features[0]) }
  }

  /// A mean over images; a loss of the recipe's may have weights of its own.
  func lossWeight(of batch: [Int]) -> Int? { ownLoss == nil ? batch.count : nil }

  func loss(of answers: NetworkAnswers, to batch: [Int], epoch: RandomGenerator) -> Tensor {
    let (logits, labels) = (answers.logits, labels(of: batch))
    if let mixed = MixedLabels(pipeline, batch, epoch: epoch) {
      return mixed.loss(of: logits, labels: labels, ownLoss)
    }
    guard let ownLoss else { return logits.crossEntropy(labels) }
    return PluginCall.within("loss '\(type(of: ownLoss).descriptor.name)'") {
      ownLoss.losses(of: logits, labels: labels).mean
    }
  }

  func prepare(_ batch: [Int], epoch: RandomGenerator) throws {
    try pipeline.augmented?.prepare(batch, epoch: epoch)
  }

  func labels(of batch: [Int]) -> [Int] { batch.map { pipeline.train.labels[$0] } }

  func validate(_ ranks: any Ranks) -> Evaluation? { judge(.val, ranks)?.evaluation }

  func test(_ ranks: any Ranks) -> Evaluation? {
    let found = judge(.test, ranks)
    last.judged = found?.judged
    return found?.evaluation
  }

  func mistakes(_ ranks: any Ranks, isTested: Bool) -> Mistakes? {
    let split = pipeline.test == nil ? Split.val : .test
    let known = isTested && split == .test ? last.judged : nil
    guard let images = pipeline.images(of: split), let judged = known ?? judge(split, ranks)?.judged
    else { return nil }
    return Mistakes(judged, of: split, classes: classes) { Mistakes.Picture(images, $0) }
  }

  private func judge(
    _ split: Split, _ ranks: any Ranks
  ) -> (evaluation: Evaluation, judged: JudgedAnswers)? {
    pipeline.images(of: split).map {
      model.judge(
        $0, pipeline, batchSize: batchSize, cache: split == .val ? caches.validation : nil,
        loss: ownLoss, ranks: ranks)
    }
  }
}
