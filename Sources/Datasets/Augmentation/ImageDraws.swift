import PETL

/// Everything that is drawn for one image in one epoch.
struct ImageDraws: Sendable, Hashable {
  /// The part of the original that is resized; nil for what the preprocessing takes.
  var part: PixelBox?
  /// How far down and right the part begins in what the original is resized to, each as a part of what there is to
  /// choose; nil for the centre.
  var offset: (down: Double, right: Double)? { offsets.map { ($0[0], $0[1]) } }
  private var offsets: [Double]?
  /// What is done to the pixels, one after the other.
  var operations: [ImageOperation] = []
  /// Whether left and right are exchanged, before the operations.
  var isMirrored = false
  /// What is erased once the pixels are numbers.
  var erased: PixelBox?

  /// Draws for an image.
  ///
  /// - Parameters:
  ///   - augmentation: what may be done.
  ///   - original: the size of the image as it is.
  ///   - side: of what the network sees.
  ///   - generator: of this image in this epoch.
  init(
    _ augmentation: Augmentation, original: (height: Int, width: Int), side: Int,
    _ generator: RandomGenerator
  ) {
    // A stream for each kind, so that one more does not change the others.
    func stream(_ name: String) -> AugmentationStream { AugmentationStream(generator.split(name)) }
    var crop = stream("crop")
    switch augmentation.crop {
    case .none: break
    case .random: offsets = [crop.unit(), crop.unit()]
    case .randomResized:
      part = PixelBox(
        partOf: original, area: augmentation.cropArea...1, aspect: augmentation.cropAspect, &crop)
    }
    var flip = stream("flip")
    isMirrored = augmentation.flip > 0 && flip.unit() < augmentation.flip
    var jitter = stream("jitter")
    operations = augmentation.jitter.drawn(&jitter)
    var random = stream("operations")
    for _ in 0..<augmentation.operations {
      if let operation = RandAugment.drawn(
        magnitude: augmentation.magnitude, side: side, &random)
      {
        operations.append(operation)
      }
    }
    var erasing = stream("erasing")
    if augmentation.erasing > 0, erasing.unit() < augmentation.erasing {
      let most = augmentation.erasingArea
      erased = PixelBox(erasedOf: side, area: min(0.02, most)...most, &erasing)
    }
  }
}

/// What is mixed into an image in one epoch.
public struct ImageMix: Sendable, Hashable {
  /// The number of the other image of the split.
  public let other: Int
  /// How much of the loss the image's own label has; the other's has the rest.
  public let share: Double
  /// Where the other is put in; nil where the two are added up.
  let box: PixelBox?

  /// Draws what is mixed into an image.
  ///
  /// The other image is any of the split. (In timm and torchvision it is one of the batch, and λ is drawn once for a
  /// batch; here every image has its own.)
  ///
  /// - Parameters:
  ///   - mixing: the two αs; where both are above 0, each has half of the images.
  ///   - count: how many images the split has.
  ///   - side: of what the network sees.
  ///   - generator: of this image in this epoch.
  init(_ mixing: Mixing, count: Int, side: Int, _ generator: RandomGenerator) {
    var stream = AugmentationStream(generator.split("mixing"))
    other = stream.below(count)
    let cuts = mixing.mixup == 0 || (mixing.cutmix > 0 && stream.below(2) == 1)
    let drawn = stream.beta(cuts ? mixing.cutmix : mixing.mixup)
    guard cuts else {
      (share, box) = (drawn, nil)
      return
    }
    let box = PixelBox(mixedWith: drawn, side: side, &stream)
    self.box = box
    share = 1 - Double(box.area) / Double(side * side)
  }
}
