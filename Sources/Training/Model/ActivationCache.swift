import Backbones
import Datasets
import PETL

/// What the frozen prefix of a network gives for each image of a split: computed when it is first
/// asked for, and read from then on.
final class ActivationCache {
  /// The part of the network.
  let prefix: FrozenPrefix
  private let store: RowStore

  init(_ prefix: FrozenPrefix, in store: RowStore) {
    precondition(prefix.count == store.width, "A row of the store is one image.")
    self.prefix = prefix
    self.store = store
  }

  /// The activations of some images, [indices.count] + the prefix's shape.
  ///
  /// - Parameters:
  ///   - indices: which images of the split.
  ///   - compute: gives those of images that were never asked for.
  /// - Returns: outside of any graph.
  func activations(of indices: [Int], compute: ([Int]) -> Tensor) -> Tensor {
    let missing = store.missing(indices)
    if !missing.isEmpty {
      let new = noGradient { compute(missing) }
      store.write(new, at: missing)
      if missing.count == indices.count { return new }
    }
    return store.read(indices, shape: prefix.shape)
  }
}

extension Model {
  /// The logits of some images of a split, [indices.count, classes].
  ///
  /// - Parameters:
  ///   - indices: which images.
  ///   - images: the split.
  ///   - pipeline: normalises.
  ///   - cache: of this split; the bits are the same with and without.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: one row for each image.
  func logits(
    of indices: [Int], in images: LabelledImages, _ pipeline: ImagePipeline,
    cache: ActivationCache?, pass: ForwardPass
  ) -> Tensor {
    guard let cache else { return logits(pipeline.batch(images, indices), pass: pass) }
    let activations = cache.activations(of: indices) { missing in
      backbone.activations(of: pipeline.batch(images, missing), after: cache.prefix)
    }
    return head(
      backbone.features(from: activations, after: cache.prefix, adapters: adapters, pass: pass))
  }
}
