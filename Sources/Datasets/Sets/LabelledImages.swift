import PETL

/// One split of a data set: images of one size and the class of each.
public struct LabelledImages: Sendable {
  /// Where images came from, for the sentences that report what is wrong with them.
  public struct Origin: Sendable {
    /// The file, folder or generator.
    public let file: String
    /// The name of the images inside it.
    public let images: String
    /// The name of the labels inside it.
    public let labels: String

    /// Names a place.
    public init(file: String, images: String, labels: String) {
      self.file = file
      self.images = images
      self.labels = labels
    }
  }

  /// The pixels, 0…255, laid out [count, height, width, channels].
  public let pixels: PixelStore
  /// The number of images.
  public let count: Int
  /// The number of rows of an image.
  public let height: Int
  /// The number of columns of an image.
  public let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// The class of each image, counted from 0.
  public let labels: [Int]
  /// Where the images came from.
  public let origin: Origin
  /// The files that the images were read from, as they were listed; nil for images out of one file.
  public let names: [String]?

  /// Checks and takes images and their labels.
  ///
  /// - Parameters:
  ///   - images: the pixels, 0…255.
  ///   - shape: their layout, [count, height, width, channels].
  ///   - labels: the class of each image, counted from 0.
  ///   - origin: where they came from.
  /// - Throws: `DiagnosticError` if the shape is not that of images, if there is no image, or if
  ///   the number of bytes or labels does not fit the shape.
  public init(images: [UInt8], shape: [Int], labels: [Int], origin: Origin) throws {
    let place = "\(origin.file): tensor `\(origin.images)`"
    guard shape.count == 4, shape[3] == 1 || shape[3] == 3 else {
      throw DiagnosticError(
        "\(place) has shape \(shape)",
        hints: ["expected [count, height, width, channels] with 1 or 3 channels"])
    }
    guard shape.allSatisfy({ $0 > 0 }) else {
      throw DiagnosticError(
        "\(place) has shape \(shape), which holds no image", hints: ["expected at least one image"])
    }
    let samples = shape.reduce(Int?.some(1)) { product, count in
      product.flatMap { $0.multipliedReportingOverflow(by: count) }
        .flatMap { $0.overflow ? nil : $0.partialValue }
    }
    guard images.count == samples else {
      throw DiagnosticError(
        "\(place) holds \(images.count) bytes",
        hints: [
          "expected \(samples.map(String.init) ?? "more than 2^63-1") bytes for shape \(shape)"
        ])
    }
    guard labels.count == shape[0] else {
      throw DiagnosticError(
        "\(origin.file): tensor `\(origin.labels)` holds \(labels.count) labels",
        hints: ["expected \(shape[0]), one for each image of \(origin.images)"])
    }
    pixels = .bytes(images)
    (count, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    self.labels = labels
    self.origin = origin
    names = nil
  }

  /// A copy of the pixels as bytes, laid out [count, height, width, channels].
  ///
  /// Not of images that were resized without rounding (`pixels.areBytes` is false).
  public var images: [UInt8] {
    if case .bytes(let bytes) = pixels { return bytes }
    require(pixels.areBytes, "The pixels of \(origin.file) are not bytes.")
    guard case .bytes(let bytes) = pixels.copying([0..<pixels.count]) else { return [] }
    return bytes
  }

  /// The layout of the pixels, [count, height, width, channels].
  public var shape: [Int] { [count, height, width, channels] }

  /// The number of samples of one image: bytes, or floats where they were not rounded.
  public var samplesPerImage: Int { height * width * channels }

  /// Checks that every label names one of `classCount` classes.
  func checkLabels(below classCount: Int) throws {
    guard let index = labels.firstIndex(where: { !(0..<classCount).contains($0) }) else { return }
    throw DiagnosticError(
      "\(origin.file): tensor `\(origin.labels)`: image \(index) has label \(labels[index])",
      hints: ["expected 0...\(classCount - 1), as there are \(classCount) classes"])
  }
}
