import PETL

/// How the training images of a recipe are changed at random, anew in each epoch.
public struct AugmentationRecipe: PluginOptions, Hashable {
  /// Which part of an image is taken.
  public enum Crop: String, CaseIterable, Sendable {
    /// What the preprocessing takes.
    case none
    /// Any part of that size.
    case random
    /// A part of random area and aspect, resized.
    case randomResized = "random-resized"
  }

  /// Which part of an image is taken.
  public var crop = Crop.none
  /// The least part of the area that `randomResized` takes.
  public var cropArea = 0.08
  /// The largest ratio of the sides of what `randomResized` takes, either way.
  public var cropAspect = 4.0 / 3
  /// The probability that an image is mirrored.
  public var flip = 0.0
  /// By how much the brightness changes.
  public var brightness = 0.0
  /// By how much the contrast changes.
  public var contrast = 0.0
  /// By how much the saturation changes.
  public var saturation = 0.0
  /// By how much the hue changes.
  public var hue = 0.0
  /// How many operations of RandAugment.
  public var operations = 0
  /// How strong they are.
  public var magnitude = 9
  /// The probability that a rectangle is erased.
  public var erasing = 0.0
  /// The largest part of the area that is erased.
  public var erasingArea = 0.33
  /// α of mixup.
  public var mixup = 0.0
  /// α of CutMix.
  public var cutmix = 0.0

  /// Changes nothing.
  public init() {}

  /// Whether nothing is changed.
  public var isNone: Bool { self == AugmentationRecipe() }
  /// Whether images and labels are mixed.
  var isMixing: Bool { mixup > 0 || cutmix > 0 }

  /// Declares the options of the section `data.augmentation`.
  public mutating func visit(_ options: OptionReader) {
    options.choice(
      "crop", &crop,
      help:
        "which part of an image is taken: none (the centre, or all), random (any part of that size), or "
        + "random-resized (of random area and aspect, as torchvision's RandomResizedCrop)")
    options.number(
      "crop_area", &cropArea, in: 0.001...1,
      help: "random-resized: the least part of the area; the most is all")
    options.number(
      "crop_aspect", &cropAspect, in: 1...10,
      help: "random-resized: the largest ratio of the sides, either way")
    options.number(
      "flip", &flip, in: 0...1, help: "the probability that left and right are exchanged")
    options.number(
      "brightness", &brightness, in: 0...10,
      help: "brightness is multiplied by 1 ± so much (torchvision's ColorJitter)")
    options.number("contrast", &contrast, in: 0...10, help: "contrast likewise")
    options.number("saturation", &saturation, in: 0...10, help: "saturation likewise")
    options.number("hue", &hue, in: 0...0.5, help: "hues are moved by ± so much of their circle")
    options.integer(
      "rand_augment", &operations, in: 0...20,
      help: "how many operations of RandAugment, of torchvision's fourteen")
    options.integer("rand_magnitude", &magnitude, in: 0...30, help: "rand_augment: how strong")
    options.number(
      "erasing", &erasing, in: 0...1,
      help: "the probability that a rectangle becomes the mean colour (torchvision's RandomErasing)"
    )
    options.number(
      "erasing_area", &erasingArea, in: 0.001...1,
      help: "erasing: the largest part of the area; the least is 0.02")
    options.number(
      "mixup", &mixup, in: 0...100,
      help: "α of mixup: images and labels are added up by a share of Beta(α, α); 0 for none")
    options.number(
      "cutmix", &cutmix, in: 0...100,
      help:
        "α of CutMix: a rectangle of another image is put in; with mixup, each has half of the images"
    )
  }

  /// Reports options of what is not done.
  private func reportContradictions(_ reader: OptionReader) {
    func refuse(_ keys: [String], without owner: String, _ hint: String) {
      for key in keys where reader.contains(key) && reader.changedKeys.contains(key) {
        reader.report(
          "'\(reader.section).\(key)' means nothing without \(owner)", at: key,
          hints: ["\(hint), or remove it"])
      }
    }
    if crop != .randomResized {
      refuse(
        ["crop_area", "crop_aspect"], without: "crop: random-resized", "set crop: random-resized")
    }
    if operations == 0 {
      refuse(["rand_magnitude"], without: "rand_augment", "set rand_augment: 2")
    }
    if erasing == 0 { refuse(["erasing_area"], without: "erasing", "set erasing: 0.25") }
  }

  /// Reports what would silently do nothing, and what the preprocessing leaves no room for.
  ///
  /// - Parameters:
  ///   - data: the section that it stands in.
  ///   - reader: of this section.
  func check(in data: DataRecipe, _ reader: OptionReader) {
    guard reader.diagnostics.isEmpty else { return }
    reportContradictions(reader)
    if crop == .random, data.resize == .squash, data.crop == 1 {
      reader.report(
        "a random part of what is resized to the network's size is all of it", at: "crop",
        hints: ["set data.crop: 0.875, or data.resize: shorter-side, or crop: random-resized"])
    }
    guard data.interpolation == .plainBilinear else { return }
    let ofBytes = [
      ("crop", crop != .none), ("brightness", brightness > 0), ("contrast", contrast > 0),
      ("saturation", saturation > 0), ("hue", hue > 0), ("rand_augment", operations > 0),
    ]
    for (key, isSet) in ofBytes where isSet {
      reader.report(
        "'\(reader.section).\(key)' is not there with interpolation: plain-bilinear, which does not round to "
          + "bytes", at: key, hints: ["set data.interpolation: bilinear, or remove it"])
    }
  }
}
