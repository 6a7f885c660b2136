import Datasets
import PETL

extension Model {
  /// The logits of some images of a split, [indices.count, classes]; with a cache of this split the
  /// same bits.
  package func logits(
    of indices: [Int], in images: LabelledImages, _ pipeline: ImagePipeline,
    cache: ActivationCache?, pass: ForwardPass
  ) -> Tensor {
    head(
      backbone.features(
        of: indices, in: images, pipeline, cache: cache, adapters: adapters, pass: pass))
  }

  /// The answers to some images of a split, with or without the adapters; with a cache of this split
  /// the same bits.
  ///
  /// Training images are those of an epoch where there is one.
  package func answers(
    to indices: [Int], in images: LabelledImages, _ pipeline: ImagePipeline,
    cache: ActivationCache?, epoch: RandomGenerator? = nil, pass: ForwardPass, isAdapted: Bool
  ) -> NetworkAnswers {
    let features = backbone.features(
      of: indices, in: images, pipeline, cache: cache, epoch: epoch,
      adapters: isAdapted ? adapters : .none, pass: pass)
    return NetworkAnswers(features: [features]) { self.head(features) }
  }
}
