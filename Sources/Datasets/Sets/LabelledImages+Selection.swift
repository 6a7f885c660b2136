import PETL

extension LabelledImages {
  /// The images at `indices`, in that order; an index may occur more than once.
  public func selecting(_ indices: some Collection<Int>) -> LabelledImages {
    require(!indices.isEmpty, "A selection of images must hold at least one.")
    let size = samplesPerImage
    return LabelledImages(
      unchecked: pixels.copying(indices.map { $0 * size..<($0 + 1) * size }), height: height,
      width: width, channels: channels, labels: indices.map { labels[$0] }, origin: origin,
      names: names.map { names in indices.map { names[$0] } })
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
    let all: PixelStore =
      switch (pixels.copying([0..<pixels.count]), other.pixels.copying([0..<other.pixels.count])) {
      case (.bytes(let first), .bytes(let second)): .bytes(first + second)
      case (.floats(let first), .floats(let second)): .floats(first + second)
      default: stopProgram("Images that were rounded are not joined with others.")
      }
    return LabelledImages(
      unchecked: all, height: height, width: width, channels: channels,
      labels: labels + other.labels,
      origin: Origin(
        file: origin.file, images: "\(origin.images)+\(other.origin.images)",
        labels: "\(origin.labels)+\(other.origin.labels)"),
      names: names.flatMap { names in other.names.map { names + $0 } })
  }

  /// Takes images that the program made itself, whose parts fit by construction.
  init(
    unchecked pixels: PixelStore, height: Int, width: Int, channels: Int, labels: [Int],
    origin: Origin, names: [String]? = nil
  ) {
    require(
      pixels.count == labels.count * height * width * channels,
      "\(pixels.count) samples are not \(labels.count) images of [\(height), \(width), \(channels)]."
    )
    self.pixels = pixels
    (self.count, self.height, self.width, self.channels) = (labels.count, height, width, channels)
    self.labels = labels
    self.origin = origin
    self.names = names
  }
}
