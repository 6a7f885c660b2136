import PETL
import Ranks

/// Images at a network's size, and what there is to say about them.
public struct PreparedImages: Sendable {
  /// The images, all of one size; those that were left out are not among them.
  public let images: LabelledImages
  /// The same images as they were, in the same order.
  public let originals: ImageSource
  /// A sentence each.
  public let notes: [Note]
}

/// What is done with an image that cannot be decoded.
public enum OnImageError: String, Sendable, CaseIterable {
  /// Nothing is trained; the error names every such image.
  case fail
  /// It is left out, and the run says so.
  case skip
}

extension ImageSource {
  /// Resizes and crops all images to a network's size, on all cores.
  ///
  /// - Parameters:
  ///   - preprocessing: how; the normalisation comes later.
  ///   - size: the height and width wanted.
  ///   - onError: what is done with a file that cannot be decoded.
  ///   - cache: where the result is taken from or left if it is of files and large; nil for memory.
  ///   - allowsNone: whether it is no error that none of the images can be decoded.
  ///   - ranks: processes that prepare the same images, each of which then reads a part of the files.
  /// - Returns: the images and remarks on them.
  /// - Throws: `DiagnosticError` that names every file that cannot be decoded, with its line in the
  ///   list that names it.
  public func prepared(
    _ preprocessing: Preprocessing, size: Int, onError: OnImageError = .fail,
    cache: PixelCache? = nil, allowsNone: Bool = false, ranks: any Ranks = SingleRank()
  ) throws -> PreparedImages {
    switch self {
    case .pixels(let images):
      PreparedImages(
        images: images.prepared(preprocessing, size: size), originals: self, notes: [])
    case .files(let files):
      try files.prepared(
        preprocessing, size: size, onError: onError, cache: cache, allowsNone: allowsNone,
        ranks: ranks)
    }
  }
}

/// How images of one size are resized: by Pillow's rules to bytes, or by TensorFlow's to floats.
enum ImageResizer {
  case none
  case bytes(ByteResizer)
  case floats(PlainResizer)

  /// Prepares for images of one size.
  init(
    from image: (height: Int, width: Int, channels: Int), _ fitting: Fitting,
    _ interpolation: Preprocessing.Interpolation
  ) {
    guard let filter = interpolation.filter else {
      self = .floats(PlainResizer(from: image, fitting))
      return
    }
    let whole = Fitting(height: image.height, width: image.width)
    self = whole == fitting ? .none : .bytes(ByteResizer(filter, from: image, fitting))
  }
}

extension LabelledImages {
  /// These images resized to `height` × `width`, byte for byte as Pillow's `Image.resize` does it.
  ///
  /// The aspect is not kept: this is the direct resize of the VTAB-1K protocols. Runs on all cores.
  package func resized(
    height: Int, width: Int, filter: ResamplingWeights.Filter = .bicubic
  ) -> LabelledImages {
    fitted(
      Fitting(height: height, width: width), filter == .bicubic ? .bicubic : .bilinear)
  }

  /// These images as a network of `size` pixels sees them, before they are normalised.
  public func prepared(_ preprocessing: Preprocessing, size: Int) -> LabelledImages {
    fitted(Fitting((height, width), to: size, preprocessing), preprocessing.interpolation)
  }

  private func fitted(
    _ fitting: Fitting, _ interpolation: Preprocessing.Interpolation
  ) -> LabelledImages {
    let resizer = ImageResizer(from: (height, width, channels), fitting, interpolation)
    let length = fitting.rows.count * fitting.columns.count * channels
    let fitted: PixelStore? = pixels.withView { view in
      guard case .bytes(let images) = view else {
        stopProgram("Images that were resized without rounding are not resized again.")
      }
      // Safe: part `index` of the images is the one image, and no two calls share it.
      func image(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(
          rebasing: images[index * samplesPerImage..<(index + 1) * samplesPerImage])
      }
      switch resizer {
      case .none: return nil
      case .bytes(let resizer):
        return .bytes(
          unsafe filledInParallel(items: count, length: length) {
            unsafe resizer.resize(image($0), into: $1)
          })
      case .floats(let resizer):
        return .floats(
          unsafe filledInParallel(items: count, length: length) {
            unsafe resizer.resize(image($0), into: $1)
          })
      }
    }
    guard let fitted else { return self }
    return LabelledImages(
      unchecked: fitted, height: fitting.rows.count, width: fitting.columns.count,
      channels: channels, labels: labels, origin: origin, names: names)
  }
}
