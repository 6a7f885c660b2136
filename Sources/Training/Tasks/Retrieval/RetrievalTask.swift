import Datasets
import Networks
import PETL
import Ranks
import Recipes

/// Finding the captions of images and the images of captions: contrastive loss and recalls.
struct RetrievalTask: TrainingTask {
  let model: TwoTowerModel
  let pipeline: ImagePipeline
  /// The tokens of the captions of each image; an image's label is its place here.
  private let captions: [[[Int]]]
  private let caches: ActivationCaches
  private let batchSize: Int

  /// Brings a model and its pairs together.
  ///
  /// - Parameters:
  ///   - model: both towers.
  ///   - pipeline: the images of the splits.
  ///   - captions: the tokens of the captions of each image, by its label.
  ///   - recipe: says the memory of caches.
  ///   - batchSize: images, or captions, at once.
  ///   - epochs: how many times the run goes through the splits.
  init(
    _ model: TwoTowerModel, _ pipeline: ImagePipeline, captions: [[[Int]]], _ recipe: Recipe,
    batchSize: Int, epochs: Int
  ) {
    (self.model, self.pipeline, self.captions) = (model, pipeline, captions)
    self.batchSize = batchSize
    caches = ActivationCaches(
      model.image, model.imageAdapters, pipeline, memory: recipe.activationCache << 20,
      epochs: epochs)
  }

  var network: any TrainedNetwork { model }
  var exampleCount: Int { pipeline.train.count }
  var notes: [Note] { pipeline.notes + caches.notes }

  /// Each epoch draws one caption of each image, whatever the order of images and batches.
  func answers(
    to batch: [Int], epoch: RandomGenerator, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers {
    let seen = model.imageEmbeddings(
      of: batch, in: pipeline.train, pipeline, cache: caches.train, epoch: epoch, pass: pass,
      isAdapted: isAdapted)
    let read = model.textEmbeddings(
      drawnCaptions(of: batch, epoch: epoch), pass: pass, isAdapted: isAdapted)
    return answers(from: [seen, read])
  }

  func answers(from features: [Tensor]) -> NetworkAnswers {
    NetworkAnswers(features: features) {
      ContrastiveLoss.logits(
        images: features[0], texts: features[1], logitScale: self.model.logitScale.value)
    }
  }

  func longest(of batch: [Int], epoch: RandomGenerator) -> Int? {
    drawnCaptions(of: batch, epoch: epoch).map(\.count).max()
  }

  /// nil: the loss compares all pairs of a batch.
  func lossWeight(of batch: [Int]) -> Int? { nil }

  /// The tokens of the caption of each image in an epoch.
  private func drawnCaptions(of batch: [Int], epoch: RandomGenerator) -> [[Int]] {
    batch.map { index in
      let own = captions[pipeline.train.labels[index]]
      var stream = epoch.split("caption", index)
      return own[min(own.count - 1, Int(stream.uniform(1)[0] * Float(own.count)))]
    }
  }

  func prepare(_ batch: [Int], epoch: RandomGenerator) throws {
    try pipeline.augmented?.prepare(batch, epoch: epoch)
  }

  func loss(of answers: NetworkAnswers, to batch: [Int], epoch: RandomGenerator) -> Tensor {
    ContrastiveLoss.value(of: answers.logits)
  }

  /// Row i belongs to text i.
  func labels(of batch: [Int]) -> [Int] { Array(batch.indices) }

  func validate(_ ranks: any Ranks) -> Evaluation? {
    pipeline.validation.map { evaluate($0, cache: caches.validation, ranks: ranks) }
  }

  func test(_ ranks: any Ranks) -> Evaluation? {
    pipeline.test.map { evaluate($0, cache: nil, ranks: ranks) }
  }

  /// Embeds a split and ranks it, without dropout or drop-path.
  ///
  /// - Parameters:
  ///   - images: the split at the network's size.
  ///   - cache: of this split.
  ///   - ranks: who measures together; nil for this process alone.
  /// - Returns: recalls, loss and redundancy.
  func evaluate(
    _ images: LabelledImages, cache: ActivationCache?, ranks: (any Ranks)? = nil
  ) -> Evaluation {
    noGradient {
      var redundancy = RedundancyTotals()
      func embedded(_ count: Int, _ embed: ([Int], ForwardPass) -> Tensor) -> Tensor {
        var rows: [Float] = []
        SharedBatches(ranks).forEach((count + batchSize - 1) / batchSize) { batch in
          let indices = Array(batch * batchSize..<min(count, (batch + 1) * batchSize))
          let pass = ForwardPass(
            isTraining: false, images: indices.count, generator: RandomGenerator(seed: 0))
          return MeasuredBatch(embed(indices, pass).values, pass)
        } _: { _, found in
          rows += found.answers
          redundancy.add(found.redundancy)
        }
        return Tensor(rows, shape: [count, rows.count / max(1, count)])
      }
      let seen = embedded(images.count) { indices, pass in
        model.imageEmbeddings(of: indices, in: images, pipeline, cache: cache, pass: pass)
      }
      let own = images.labels.map { captions[$0] }
      let texts = own.flatMap { $0 }
      let owners = own.enumerated().flatMap { index, texts in texts.map { _ in index } }
      let read = embedded(texts.count) { indices, pass in
        model.textEmbeddings(indices.map { texts[$0] }, pass: pass)
      }
      let recalls = Recalls(images: seen, texts: read, owners: owners)
      return Evaluation(
        examples: images.count,
        accuracy: (recalls.imageToText.at1 + recalls.textToImage.at1) / 2,
        loss: loss(seen, read.gathered(firsts(own))), redundancy: redundancy, recalls: recalls)
    }
  }

  /// The number of the first caption of each image among all captions.
  private func firsts(_ captions: [[[Int]]]) -> [Int] {
    var next = 0
    return captions.map { own in
      defer { next += own.count }
      return next
    }
  }

  /// The mean loss of batches of pairs of embeddings.
  private func loss(_ images: Tensor, _ texts: Tensor) -> Double {
    let count = images.shape[0]
    return stride(from: 0, to: count, by: batchSize).reduce(0) { sum, start in
      let range = start..<min(count, start + batchSize)
      let loss = ContrastiveLoss.value(
        images: images.sliced(axis: 0, range), texts: texts.sliced(axis: 0, range),
        logitScale: model.logitScale.value)
      return sum + Double(loss.item) * Double(range.count) / Double(count)
    }
  }
}
