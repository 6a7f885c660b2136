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
      }
    self = try recipe.shots.map { try all.fewShot($0, seed: recipe.seed) } ?? all
  }
}

extension Preprocessing {
  /// What a recipe says.
  ///
  /// - Throws: `DiagnosticError` when there is no such normalization.
  public init(_ recipe: DataRecipe) throws {
    guard let normalization = Normalization(rawValue: recipe.normalization) else {
      throw DiagnosticError("there is no normalization '\(recipe.normalization)'")
    }
    let interpolation: Interpolation =
      switch recipe.interpolation {
      case .bicubic: .bicubic
      case .bilinear: .bilinear
      case .plainBilinear: .plainBilinear
      }
    self.init(
      resize: recipe.resize == .squash ? .squash : .shorterSide, crop: recipe.crop,
      interpolation: interpolation, normalization: normalization,
      turnsByExif: recipe.exif)
  }
}

extension DataRecipe {
  /// The split that is trained on.
  package var trainSplit: Split { train == "train" ? .train : .trainAndVal }
}
