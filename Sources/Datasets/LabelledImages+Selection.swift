import PETL

extension LabelledImages {
  /// The images at `indices`, in that order; an index may occur more than once.
  public func selecting(_ indices: some Collection<Int>) -> LabelledImages {
    precondition(!indices.isEmpty, "A selection of images must hold at least one.")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(indices.count * bytesPerImage)
    for index in indices {
      bytes += images[index * bytesPerImage..<(index + 1) * bytesPerImage]
    }
    return LabelledImages(
      unchecked: bytes, height: height, width: width, channels: channels,
      labels: indices.map { labels[$0] }, origin: origin)
  }

  /// These images followed by those of `other`.
  ///
  /// - Throws: `DiagnosticError` if their sizes or channels differ.
  public func joined(with other: LabelledImages) throws -> LabelledImages {
    guard shape.dropFirst() == other.shape.dropFirst() else {
      throw DiagnosticError(
        "\(other.origin.file): tensor `\(other.origin.images)` has images of shape"
          + " \(Array(other.shape.dropFirst()))",
        hints: [
          "expected \(Array(shape.dropFirst())), to join them with \(origin.images) of"
            + " \(origin.file)"
        ])
    }
    return LabelledImages(
      unchecked: images + other.images, height: height, width: width, channels: channels,
      labels: labels + other.labels,
      origin: Origin(
        file: origin.file, images: "\(origin.images)+\(other.origin.images)",
        labels: "\(origin.labels)+\(other.origin.labels)"))
  }

  /// Takes images that the program made itself, whose parts fit by construction.
  init(
    unchecked images: [UInt8], height: Int, width: Int, channels: Int, labels: [Int],
    origin: Origin
  ) {
    precondition(
      images.count == labels.count * height * width * channels,
      "\(images.count) bytes are not \(labels.count) images of [\(height), \(width), \(channels)]."
    )
    self.images = images
    (self.count, self.height, self.width, self.channels) = (labels.count, height, width, channels)
    self.labels = labels
    self.origin = origin
  }
}
