import Datasets
import PETL

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

  /// Resizes the splits once (Pillow's bicubic, aspect not kept).
  ///
  /// - Parameters:
  ///   - dataset: with at least the training split.
  ///   - trainSplit: `train` or `trainAndVal`; the latter leaves no validation split.
  ///   - size: the side in pixels.
  ///   - normalization: how pixels become numbers.
  /// - Throws: `DiagnosticError` when a split is missing.
  public init(
    _ dataset: Dataset, trainSplit: Split, size: Int, normalization: Normalization
  ) throws {
    func prepared(_ images: LabelledImages) -> LabelledImages {
      images.height == size && images.width == size
        ? images : images.resized(height: size, width: size)
    }
    self.normalization = normalization
    train = prepared(try dataset.images(of: trainSplit))
    validation = trainSplit == .train ? dataset.val.map(prepared) : nil
    test = dataset.test.map(prepared)
  }

  /// A batch as the network takes it, [images, height, width, 3].
  public func batch(_ images: LabelledImages, _ indices: [Int]) -> Tensor {
    // Safe: writeBatch fills exactly the buffer of that shape.
    unsafe Tensor(shape: [indices.count, images.height, images.width, 3]) { buffer in
      unsafe images.writeBatch(indices, normalization: normalization, into: buffer)
    }
  }
}
