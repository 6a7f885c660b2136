import Datasets
import PETL
import Recipes

extension Dataset {
  /// The images that a recipe names; files are found, but not opened.
  ///
  /// - Throws: `DiagnosticError` with what is wrong with them.
  public init(_ recipe: DataRecipe) throws {
    let path = recipe.path ?? ""
    let fractions = (val: recipe.validationFraction, test: recipe.testFraction)
    let all: Dataset =
      switch recipe.source {
      case .embedded: try .embedded(named: recipe.name ?? "")
      case .safetensors: try Dataset(safetensorsSet: path)
      case .vtab: try Dataset(vtab: path, task: recipe.name ?? "", classes: recipe.classes)
      case .folder: try Dataset(folder: path, fractions: fractions, seed: recipe.seed)
      case .csv:
        try Dataset(csv: path, classes: recipe.classes, fractions: fractions, seed: recipe.seed)
      case .pairs: try PairedDataset(pairs: path).images
      case .text: throw DiagnosticError("\(path): these are texts, not images")
      }
    self = try recipe.shots.map { try all.fewShot($0, seed: recipe.seed) } ?? all
  }
}

extension Preprocessing {
  /// What a recipe says.
  ///
  /// - Throws: `DiagnosticError` when there is no such normalization.
  public init(_ recipe: DataRecipe) throws {
    let interpolation: Interpolation =
      switch recipe.interpolation {
      case .bicubic: .bicubic
      case .bilinear: .bilinear
      case .plainBilinear: .plainBilinear
      }
    self.init(
      resize: recipe.resize == .squash ? .squash : .shorterSide, crop: recipe.crop,
      interpolation: interpolation, normalization: try Normalization(recipe.normalization),
      turnsByExif: recipe.exif)
  }
}

extension Augmentation {
  /// What a recipe says.
  public init(_ recipe: AugmentationRecipe) {
    self.init()
    crop =
      switch recipe.crop {
      case .none: .none
      case .random: .random
      case .randomResized: .randomResized
      }
    (cropArea, cropAspect, flip) = (recipe.cropArea, recipe.cropAspect, recipe.flip)
    jitter.brightness = recipe.brightness
    jitter.contrast = recipe.contrast
    jitter.saturation = recipe.saturation
    jitter.hue = recipe.hue
    (operations, magnitude) = (recipe.operations, recipe.magnitude)
    (erasing, erasingArea) = (recipe.erasing, recipe.erasingArea)
    (mixing.mixup, mixing.cutmix) = (recipe.mixup, recipe.cutmix)
  }
}

extension Normalization {
  /// What a recipe says.
  ///
  /// - Throws: `DiagnosticError` when a mean and deviation of one's own are not three numbers each.
  package init(_ recipe: DataRecipe.Normalization) throws {
    switch recipe {
    case .none: self = .none
    case .imagenet: self = .imagenet
    case .inception: self = .inception
    case .clip: self = .clip
    case .custom(let mean, let std):
      guard let statistics = ChannelStatistics(mean: mean, deviation: std) else {
        throw DiagnosticError("there is no normalization '\(recipe)'")
      }
      self = .custom(statistics)
    }
  }
}

extension DataRecipe.Normalization {
  /// What a recipe says of it.
  package init(_ normalization: Normalization) {
    switch normalization {
    case .none: self = .none
    case .imagenet: self = .imagenet
    case .inception: self = .inception
    case .clip: self = .clip
    case .custom(let statistics):
      self = .custom(mean: statistics.mean, std: statistics.deviation)
    }
  }
}

extension DataRecipe {
  /// The split that is trained on.
  package var trainSplit: Split {
    switch train {
    case .train: .train
    case .trainAndVal: .trainAndVal
    }
  }
}

extension OnImageError {
  /// What a recipe says of images that cannot be decoded.
  package init(_ recipe: DataRecipe.OnError) {
    switch recipe {
    case .fail: self = .fail
    case .skip: self = .skip
    }
  }
}
