import PETL
import Testing

@testable import Recipes

@Suite("The images of a recipe")
struct DataRecipeTests {
  private func data(_ section: String) throws -> DataRecipe {
    try Recipe(
      text: "backbone: {weights: w}\ndata: \(section)\n", name: "r.yaml", registry: plugins
    ).data
  }

  private func view(_ data: DataRecipe) -> String {
    "\(data.resize.rawValue) \(data.crop) \(data.interpolation.rawValue) \(data.normalization)"
  }

  /// The table of the published code bases.
  @Test(arguments: [
    ("petl-vit", "squash 1.0 bicubic imagenet"), ("noah", "squash 1.0 bicubic imagenet"),
    ("ssf", "shorter-side 1.0 bicubic inception"), ("vpt", "squash 1.0 plain-bilinear imagenet"),
    ("vpt-fgvc", "shorter-side 0.875 bilinear imagenet"),
    ("timm", "shorter-side 0.9 bicubic inception"), ("none", "squash 1.0 bicubic inception"),
  ])
  func presets(_ name: String, _ expected: String) throws {
    #expect(view(try data("{name: digits, preset: \(name)}")) == expected)
    let preset = try #require(DataRecipe.Preset(rawValue: name))
    #expect(view(.folder("x", preset: preset)) == expected)
  }

  @Test func everyPresetIsTested() {
    #expect(DataRecipe.Preset.allCases.count == 7)
  }

  @Test func optionsWinOverPresets() throws {
    let recipe = try Recipe(
      text: """
        backbone: {weights: w}
        data: {type: folder, path: x, normalization: none, preset: timm, crop: 0.875}
        """, name: "r.yaml", registry: plugins)
    #expect(view(recipe.data) == "shorter-side 0.875 bicubic none")
    // What the run stores says it all, so that a later version with other presets repeats it.
    let written = yamlText(of: recipe.resolved)
    for line in [
      "preset: timm", "resize: shorter-side", "crop: 0.875", "interpolation: bicubic",
      "normalization: none",
    ] {
      #expect(written.contains("  \(line)\n"), "\(line)")
    }
    let again = try Recipe(text: written, name: "stored.yaml", registry: plugins)
    #expect(view(again.data) == view(recipe.data))
    #expect(again.data.preset == .timm)
  }

  @Test func madeInCodeIsAsRead() throws {
    var made = DataRecipe.csv("a.csv", preset: .vpt, train: .trainAndVal)
    made.classes = 12
    made.shots = 5
    made.validationFraction = 0.25
    made.testFraction = 0.5
    made.seed = 9
    made.onError = .skip
    made.cache = false
    var read = try Recipe(
      backbone: BackboneRecipe(weights: "w"), data: made
    ).data
    read.span = nil
    #expect("\(read)" == "\(made)")
    let vtab = try Recipe(
      backbone: BackboneRecipe(weights: "w"),
      data: .vtab("root", task: "mine", classes: 3, preset: .noah)
    ).data
    #expect(vtab.source == .vtab)
    #expect(vtab.path == "root")
    #expect(vtab.name == "mine")
    #expect(vtab.classes == 3)
  }

  /// A mean and deviation of one's own, in every form, stored so that they read the same.
  @Test func customNormalization() throws {
    let section = "{name: digits, normalization: {std: [0.2583, 1e-3, 3], mean: [0.5307, 0, -1]}}"
    let own = DataRecipe.Normalization.custom(mean: [0.5307, 0, -1], std: [0.2583, 0.001, 3])
    #expect(try data(section).normalization == own)
    #expect("\(own)" == "{mean: [0.5307, 0.0, -1.0], std: [0.2583, 0.001, 3.0]}")
    let recipe = try Recipe(
      backbone: BackboneRecipe(weights: "w"), data: .embedded("digits", normalization: own))
    #expect(recipe.data.normalization == own)
    let stored = yamlText(of: recipe.resolved)
    #expect(
      try Recipe(text: stored, name: "stored.yaml", registry: plugins).data.normalization == own)
  }

  @Test(arguments: [
    (
      "{mean: [1, 2], std: [1, 1, 1]}",
      "'data.normalization.mean' must be a list of 3 numbers, found a list of 2"
    ),
    ("{mean: [0, 0, 0]}", "missing key 'std' in 'data.normalization'"),
    ("{mean: [0, 0, 0], std: [1, 0, 1]}", "'data.normalization.std' must be above 0, found 0.0"),
    ("{mean: [0, 0, .inf], std: [1, 1, 1]}", "'data.normalization.mean.2' must be a finite number"),
    (
      "{mean: x, std: [1, 1, 1]}",
      "'data.normalization.mean' must be a list of 3 numbers, found the string 'x'"
    ),
    ("{mean: [0, 0, 0], sdt: [1, 1, 1]}", "did you mean 'std'?"),
    (
      "[0.5, 0.5]",
      "'data.normalization' must be one of none, imagenet, inception, clip, found a list"
    ),
  ])
  func wrongNormalization(_ normalization: String, _ expected: String) {
    let error = #expect(throws: DiagnosticError.self) {
      try data("{name: digits, normalization: \(normalization)}")
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(expected), "\(error as Any)")
  }
}
