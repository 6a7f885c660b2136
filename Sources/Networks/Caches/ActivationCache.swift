import Backbones
import Datasets
import PETL

/// What the frozen prefix of a network gives for each image of a split: computed when it is first
/// asked for, and read from then on.
package final class ActivationCache {
  /// The part of the network.
  let prefix: FrozenPrefix
  private let store: RowStore

  init(_ prefix: FrozenPrefix, in store: RowStore) {
    require(prefix.count == store.width, "A row of the store is one image.")
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

extension Backbone {
  /// The features of some images of a split, [indices.count, width].
  ///
  /// - Parameters:
  ///   - indices: which images.
  ///   - images: the split.
  ///   - pipeline: normalises.
  ///   - cache: of this split; the bits are the same with and without.
  ///   - epoch: a stream that is the same in all steps of an epoch, where they are training images to be changed.
  ///   - adapters: what is attached to the sites.
  ///   - pass: whether this is training, and where subspaces are left.
  /// - Returns: one row for each image.
  func features(
    of indices: [Int], in images: LabelledImages, _ pipeline: ImagePipeline,
    cache: ActivationCache?, epoch: RandomGenerator? = nil, adapters: AdapterSet,
    pass: ForwardPass
  ) -> Tensor {
    if let epoch, let augmented = pipeline.augmented {
      return features(
        augmented.batch(indices, epoch: epoch), adapters: adapters, pass: pass)
    }
    guard let cache else {
      return features(pipeline.batch(images, indices), adapters: adapters, pass: pass)
    }
    let found = cache.activations(of: indices) { missing in
      activations(of: pipeline.batch(images, missing), after: cache.prefix)
    }
    return features(from: found, after: cache.prefix, adapters: adapters, pass: pass)
  }
}
