import Backbones
import Datasets
import Foundation
import PETL

/// The caches of the splits that a run goes through more than once, and what the user is told of
/// them.
package struct ActivationCaches {
  /// The cache of the training split, whose prefix also ends before drop-path.
  package private(set) var train: ActivationCache?
  /// The cache of the validation split.
  package private(set) var validation: ActivationCache?
  /// A sentence for each split.
  package private(set) var notes: [Note] = []
  private var memory: Int

  /// The fewest blocks that cost more than reading their output back from a disk: a block of width w
  /// is some 6 w operations for each byte, at w = 192 a third of a gigabyte a second.
  private static let blocksWorthAFile = 2

  /// Decides what is kept.
  ///
  /// - Parameters:
  ///   - backbone: the network.
  ///   - adapters: what is attached to it.
  ///   - pipeline: the splits; training images that change with every epoch are not kept.
  ///   - memory: the most memory in bytes; what does not fit goes to a file in the folder of
  ///     temporary files. 0 keeps nothing.
  ///   - epochs: how many times the run goes through the splits; a single time keeps nothing.
  ///   - folder: of temporary files.
  package init(
    _ backbone: any Backbone, _ adapters: AdapterSet, _ pipeline: ImagePipeline, memory: Int,
    epochs: Int,
    folder: String = NSTemporaryDirectory()
  ) {
    self.memory = memory
    guard memory > 0, epochs > 1 else { return }
    if pipeline.augmented == nil {
      train = cache(backbone, adapters, pipeline.train, "training", isTraining: true, folder)
    }
    if let images = pipeline.validation {
      validation = cache(backbone, adapters, images, "validation", isTraining: false, folder)
    }
  }

  private mutating func cache(
    _ backbone: any Backbone, _ adapters: AdapterSet, _ images: LabelledImages, _ split: String,
    isTraining: Bool, _ folder: String
  ) -> ActivationCache? {
    // The patch embedding alone is a hundredth of a step: not worth the memory.
    guard
      let prefix = backbone.frozenPrefix(adapters: adapters, isTraining: isTraining),
      prefix.blocks > 0
    else { return nil }
    let bytes = images.count * prefix.count * MemoryLayout<Float>.stride
    let fits = bytes <= memory
    guard fits || prefix.blocks >= Self.blocksWorthAFile else { return nil }
    let part =
      switch (prefix.isWhole, prefix.blocks) {
      case (true, _): "the whole network runs"
      case (_, 1): "the first block runs"
      default: "the first \(prefix.blocks) blocks run"
      }
    let size = "\((bytes + (1 << 20) - 1) >> 20) MiB"
    guard
      let store = RowStore(
        count: images.count, width: prefix.count, place: fits ? .memory : .file(folder: folder))
    else {
      notes.append(
        Note(
          "there is no room for \(size) \(fits ? "in memory" : "in \(folder)"), so \(part) in every "
            + "epoch for the \(images.count) \(split) images"))
      return nil
    }
    if fits { memory -= bytes }
    notes.append(
      Note(
        "\(part) once for each of the \(images.count) \(split) images, "
          + "\(size) \(fits ? "in memory" : "in a temporary file")"))
    return ActivationCache(prefix, in: store)
  }
}
