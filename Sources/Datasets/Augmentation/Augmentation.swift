import PETL

/// How training images are changed at random, anew in each epoch.
///
/// In this order: an image is cut, mirrored, changed in colour, changed by RandAugment, normalised, a part of it
/// erased, and another image mixed into it. What is done to an image is drawn from the epoch's stream and the image's
/// number alone: not from its batch, so that parts of a batch, ranks and runs that go on see the same.
public struct Augmentation: Sendable, Hashable {
  /// Which part of an image is taken.
  public enum Crop: String, Sendable, CaseIterable {
    /// What the preprocessing takes: the centre.
    case none
    /// Any part of that size in place of the centre (torchvision's RandomCrop).
    case random
    /// A part of random area and aspect, resized (torchvision's RandomResizedCrop).
    case randomResized = "random-resized"
  }

  /// Which part of an image is taken.
  public var crop = Crop.none
  /// The least part of an image's area that `randomResized` takes; the most is all of it.
  public var cropArea = 0.08
  /// The largest ratio of the sides of what `randomResized` takes, either way.
  public var cropAspect = 4.0 / 3
  /// The probability that left and right are exchanged.
  public var flip = 0.0
  /// Brightness, contrast and saturation are multiplied by up to so much more or less than 1, and the hue is moved by up
  /// to a part of the circle.
  public var jitter = ColourJitter()
  /// How many operations of RandAugment; none at 0.
  public var operations = 0
  /// How strong they are, 0 to 30.
  public var magnitude = 9
  /// The probability that a rectangle is erased: filled with the mean colour.
  public var erasing = 0.0
  /// The largest part of the area that is erased; the least is 0.02, or this if it is less.
  public var erasingArea = 0.33
  /// What is mixed of two images.
  public var mixing = Mixing()

  /// Changes nothing.
  public init() {}

  /// Whether nothing is changed.
  public var isNone: Bool { self == Augmentation() }
  /// Whether bytes are changed, before they are normalised.
  var changesBytes: Bool { jitter != ColourJitter() || operations > 0 }
}

/// The bounds of random changes of colour, as torchvision's ColorJitter has them.
public struct ColourJitter: Sendable, Hashable {
  /// The brightness is multiplied by 1 ± so much.
  public var brightness = 0.0
  /// The contrast is multiplied by 1 ± so much.
  public var contrast = 0.0
  /// The saturation is multiplied by 1 ± so much.
  public var saturation = 0.0
  /// The hue is moved by ± so much of the circle, at most 0.5.
  public var hue = 0.0

  /// Changes nothing.
  public init() {}
}

/// How much of another training image is mixed into one, and its label into the loss.
public struct Mixing: Sendable, Hashable {
  /// α of Beta(α, α), of which the share of the image itself is drawn; no mixup at 0 (Zhang et al., arXiv 1710.09412).
  public var mixup = 0.0
  /// α of the share of an image in which a rectangle of another is put; no CutMix at 0 (Yun et al., arXiv 1905.04899).
  public var cutmix = 0.0

  /// Mixes nothing.
  public init() {}

  /// Whether nothing is mixed.
  public var isNone: Bool { mixup == 0 && cutmix == 0 }
}
