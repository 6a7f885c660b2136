import Datasets
import PETL
import Ranks

/// The splits of a data set at a network's image size, and their normalised batches.
public struct ImagePipeline {
  /// The images to train on.
  public let train: LabelledImages
  /// The images that may decide which epoch is kept.
  public let validation: LabelledImages?
  /// The images that only the final figures are from.
  public let test: LabelledImages?
  /// How pixels become numbers.
  public let normalization: Normalization
  /// The training images as epochs change them; nil where they are not changed.
  public let augmented: AugmentedImages?
  /// What the user should know of the images, a sentence each.
  public let notes: [Note]

  /// Decodes, resizes and crops the splits once.
  ///
  /// - Parameters:
  ///   - dataset: with at least the training split.
  ///   - trainSplit: `train` or `trainAndVal`; the latter leaves no validation split.
  ///   - size: the side in pixels.
  ///   - preprocessing: how images become what the network sees.
  ///   - onError: what is done with a file that cannot be decoded.
  ///   - cache: where decoded files are kept for later runs; nil for nowhere.
  ///   - augmentation: how training images are changed at random.
  ///   - ranks: processes that prepare the same splits, each of which then reads a part of the files.
  /// - Throws: `DiagnosticError` when a split is missing or a file cannot be decoded.
  public init(
    _ dataset: Dataset, trainSplit: Split, size: Int, preprocessing: Preprocessing,
    onError: OnImageError = .fail, cache: PixelCache? = nil,
    augmentation: Augmentation = Augmentation(), ranks: any Ranks = SingleRank()
  ) throws {
    var notes: [Note] = []
    func prepared(_ images: ImageSource) throws -> PreparedImages {
      let prepared = try images.prepared(
        preprocessing, size: size, onError: onError, cache: cache, ranks: ranks)
      notes += prepared.notes
      return prepared
    }
    normalization = preprocessing.normalization
    let all = try dataset.images(of: trainSplit)
    let own = try prepared(all)
    train = own.images
    augmented =
      augmentation.isNone
      ? nil
      : AugmentedImages(own.images, originals: own.originals, augmentation, preprocessing)
    if train.count < all.count {
      let left = Set(train.labels)
      let lost = Set(all.labels).subtracting(left).sorted().map { dataset.classes[$0] }
      if !lost.isEmpty, !dataset.classes.isEmpty {
        notes.append(
          .warning(
            "no training image of \(lost.joined(separator: ", ")) can be decoded: "
              + "\(lost.count == 1 ? "this class" : "these classes") cannot be learned"))
      }
    }
    validation = trainSplit == .train ? try dataset.val.map(prepared)?.images : nil
    test = try dataset.test.map(prepared)?.images
    self.notes = notes
  }

  /// The images of a split; nil where there are none that are not trained on.
  package func images(of split: Split) -> LabelledImages? {
    switch split {
    case .val: validation
    case .test: test
    case .train, .trainAndVal: train
    }
  }

  /// A batch as the network takes it, [images, height, width, 3].
  public func batch(_ images: LabelledImages, _ indices: [Int]) -> Tensor {
    // Safe: writeBatch fills exactly the buffer of that shape.
    unsafe Tensor(shape: [indices.count, images.height, images.width, 3]) { buffer in
      unsafe images.writeBatch(indices, normalization: normalization, into: buffer)
    }
  }
}
