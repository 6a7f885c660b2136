import Datasets
import Networks
import PETL

/// The second labels of images into which others were mixed.
struct MixedLabels {
  /// The class of the image that was mixed into each.
  let others: [Int]
  /// How much each image's own label counts; the other counts the rest.
  let shares: [Float]

  /// The labels of a batch; nil where nothing is mixed.
  ///
  /// - Parameters:
  ///   - pipeline: the training images.
  ///   - batch: which of them.
  ///   - epoch: the stream that the images were drawn with.
  init?(_ pipeline: ImagePipeline, _ batch: [Int], epoch: RandomGenerator) {
    let mixes = batch.compactMap { pipeline.augmented?.mix(of: $0, epoch: epoch) }
    guard mixes.count == batch.count else { return nil }
    others = mixes.map { pipeline.train.labels[$0.other] }
    shares = mixes.map { Float($0.share) }
  }

  /// The mean over images of λ times the loss by their own label and 1 − λ times that by the other (Zhang et al., arXiv
  /// 1710.09412).
  ///
  /// - Parameters:
  ///   - logits: [images, classes].
  ///   - labels: the images' own.
  ///   - loss: what is trained by; nil for cross-entropy. Its weights are mixed as its values are.
  /// - Returns: a differentiable scalar.
  func loss(of logits: Tensor, labels: [Int], _ loss: (any Loss)?) -> Tensor {
    guard let loss else {
      let classes = logits.shape[1]
      var target = [Float](repeating: 0, count: labels.count * classes)
      for (row, share) in shares.enumerated() {
        target[row * classes + labels[row]] += share
        target[row * classes + others[row]] += 1 - share
      }
      let weighted = logits.logSoftmax() * Tensor(target, shape: [labels.count, classes])
      return weighted.sum().scaled(by: -1 / Float(labels.count))
    }
    return PluginCall.within("loss '\(type(of: loss).descriptor.name)'") {
      let (own, other) = (
        loss.losses(of: logits, labels: labels), loss.losses(of: logits, labels: others)
      )
      let share = Tensor(shares)
      let values = own.values * share + other.values * (Tensor(1) - share)
      let weights = shares.indices.map {
        shares[$0] * own.weights[$0] + (1 - shares[$0]) * other.weights[$0]
      }
      return ExampleLosses(values: values, weights: weights).mean
    }
  }
}
