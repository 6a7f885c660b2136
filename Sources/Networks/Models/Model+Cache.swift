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
}
