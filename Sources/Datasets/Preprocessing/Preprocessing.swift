import PETL

/// How an image becomes what a network sees: resized, cropped, normalised.
///
/// The published code bases differ in this, and VTAB-1K's figures with them.
public struct Preprocessing: Sendable, Hashable {
  /// What becomes of an image that is not square.
  public enum Resize: String, Sendable, CaseIterable {
    /// Both sides are resized, whatever the aspect (the VTAB-1K protocols).
    case squash
    /// The shorter side is resized, and the centre is cut out (torchvision, timm).
    case shorterSide = "shorter-side"
  }

  /// How pixels are resampled.
  public enum Interpolation: String, Sendable, CaseIterable {
    /// Pillow's bicubic: antialiased, rounded to bytes.
    case bicubic
    /// Pillow's bilinear: antialiased, rounded to bytes.
    case bilinear
    /// TensorFlow's `tf.image.resize`: bilinear, not antialiased, not rounded.
    case plainBilinear = "plain-bilinear"

    /// The filter, if it is one of Pillow's.
    var filter: ResamplingWeights.Filter? {
      switch self {
      case .bicubic: .bicubic
      case .bilinear: .bilinear
      case .plainBilinear: nil
      }
    }
  }

  /// What becomes of an image that is not square.
  public var resize: Resize
  /// The side of what the network sees as a part of what was resized to, above 0 and at most 1.
  ///
  /// This is `crop_pct` of timm. At 1, only what `shorterSide` lets stand over is cut off.
  public var crop: Double
  /// Whether of an odd number of rows or columns that are cut off, the smaller part is always above
  /// and to the left (transformers' `center_crop`), not half of it rounded to even (torchvision's).
  public var cutsLessFirst = false
  /// How pixels are resampled.
  public var interpolation: Interpolation
  /// How pixels become numbers.
  public var normalization: Normalization
  /// Whether images are turned as their Exif orientation says.
  public var turnsByExif: Bool

  /// Describes a way.
  public init(
    resize: Resize = .squash, crop: Double = 1, interpolation: Interpolation = .bicubic,
    normalization: Normalization = .inception, turnsByExif: Bool = true
  ) {
    require(crop > 0 && crop <= 1, "A crop of \(crop) is not above 0 and at most 1.")
    self.resize = resize
    self.crop = crop
    self.interpolation = interpolation
    self.normalization = normalization
    self.turnsByExif = turnsByExif
  }
}
