import PETL

/// Images with captions, one or more each, in up to three splits.
public struct PairedDataset: Sendable {
  /// The images; the label of an image is its place in `captions`.
  ///
  /// So images that are left out, chosen or resized keep their captions. There are no classes.
  public let images: Dataset
  /// The captions of each image of all splits; none is empty.
  public let captions: [[String]]

  /// Takes images and captions.
  ///
  /// - Parameters:
  ///   - images: labelled by their places in `captions`.
  ///   - captions: at least one of each image.
  /// - Throws: `DiagnosticError` when an image has no captions.
  public init(images: Dataset, captions: [[String]]) throws {
    for split in [images.train, images.val, images.test].compactMap({ $0 }) {
      if let label = split.labels.first(where: {
        !captions.indices.contains($0) || captions[$0].isEmpty
      }) {
        throw DiagnosticError("\(images.name): image \(label) has no captions")
      }
    }
    (self.images, self.captions) = (images, captions)
  }
}
