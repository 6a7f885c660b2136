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

  /// Brings a model and its images together.
  ///
  /// - Parameters:
  ///   - model: the network, its adapters and its head.
  ///   - pipeline: the splits.
  ///   - recipe: says the size of batches and the memory of caches.
  ///   - loss: what is trained by; nil for cross-entropy.
  ///   - epochs: how many times the run goes through the splits.
  init(
    _ model: Model, _ pipeline: ImagePipeline, _ recipe: Recipe, loss: (any Loss)?, epochs: Int
  ) {
    (self.model, self.pipeline, batchSize) = (model, pipeline, recipe.examplesAtOnce)
    ownLoss = loss
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

  func validate(_ ranks: any Ranks) -> Evaluation? {
    pipeline.validation.map {
      model.evaluate(
        $0, pipeline, batchSize: batchSize, cache: caches.validation, loss: ownLoss,
        ranks: ranks)
    }
  }

  func test(_ ranks: any Ranks) -> Evaluation? {
    pipeline.test.map {
      model.evaluate($0, pipeline, batchSize: batchSize, cache: nil, loss: ownLoss, ranks: ranks)
    }
  }
}
