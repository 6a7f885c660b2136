import PETL
import Testing

@testable import Recipes

@Suite struct AugmentationRecipeTests {
  private func recipe(_ data: String, task: String = "classification") throws -> Recipe {
    try Recipe(
      text: "task: \(task)\nbackbone: {weights: w}\ndata: \(data)\n", name: "r.yaml",
      registry: plugins)
  }

  /// A preset's is there unless the recipe says another, and what is written is read again.
  @Test func presets() throws {
    func augmentation(_ more: String) throws -> AugmentationRecipe {
      let first = try recipe("{type: folder, path: x, preset: vpt-fgvc\(more)}")
      let again = try Recipe(text: yamlText(of: first.resolved), name: "s.yaml", registry: plugins)
      #expect(again.data.augmentation == first.data.augmentation)
      return first.data.augmentation
    }
    let preset = try augmentation("")
    #expect(preset.crop == .random)
    #expect(preset.flip == 0.5)
    #expect(try augmentation(", augmentation: {flip: 0}").crop == .random)
    #expect(try augmentation(", augmentation: {crop: none, flip: 0}").isNone)
  }

  /// Of nothing `~` says as much; what a preset has is taken away by name.
  @Test func nothing() throws {
    #expect(try recipe("{type: folder, path: x, augmentation: ~}").data.augmentation.isNone)
    for text in [
      "{type: folder, path: x, preset: vpt-fgvc, augmentation: ~}", "{path: x, augmentation: }",
    ] {
      #expect(throws: DiagnosticError.self) { try recipe(text) }
    }
  }

  /// Recipes without it are written as they always were.
  @Test func writtenOnlyWhereItIs() throws {
    let plain = try recipe("{type: folder, path: x}")
    #expect(!yamlText(of: plain.resolved).contains("augmentation"))
    let changed = try recipe("{type: folder, path: x, augmentation: {flip: 0.25}}")
    #expect(yamlText(of: changed.resolved).contains("    flip: 0.25\n"))
  }

  @Test(arguments: [
    ("{augmentation: {crop_area: 0.5}}", "'data.augmentation.crop_area' means nothing without"),
    ("{augmentation: {rand_magnitude: 5}}", "means nothing without rand_augment"),
    ("{augmentation: {erasing_area: 0.1}}", "means nothing without erasing"),
    ("{augmentation: {crop: random}}", "is all of it"),
    ("{augmentation: {crop: randomresized}}", "did you mean 'random-resized'?"),
    ("{augmentation: {flips: 1}}", "did you mean 'flip'?"),
    ("{augmentation: {hue: 0.7}}", "0.5"),
    ("{preset: vpt, augmentation: {crop: random-resized}}", "does not round to bytes"),
    ("{preset: vpt, augmentation: {rand_augment: 2}}", "does not round to bytes"),
    ("{preset: vpt-fgvc, interpolation: plain-bilinear}", "does not round to bytes"),
  ])
  func mistakes(_ data: String, _ part: String) throws {
    let error = #expect(throws: DiagnosticError.self) {
      try recipe("{type: folder, path: x, \(data.dropFirst())")
    }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("r.yaml:3:") == true)
  }

  /// A value that is none makes no other option look wrong.
  @Test func oneMistakeIsOne() throws {
    let error = #expect(throws: DiagnosticError.self) {
      try recipe("{type: folder, path: x, augmentation: {crop: centre, crop_area: 0.5}}")
    }
    #expect(error?.diagnostics.count == 1)
  }

  /// What bytes are not needed for goes with any interpolation.
  @Test func plainBilinear() throws {
    let data = try recipe(
      "{type: folder, path: x, preset: vpt, augmentation: {flip: 0.5, mixup: 0.8, erasing: 0.25}}"
    ).data
    #expect(data.augmentation.mixup == 0.8)
  }

  @Test func otherTasks() throws {
    let pairs = "{type: pairs, path: x, augmentation: {mixup: 1}}"
    let error = #expect(throws: DiagnosticError.self) { try recipe(pairs, task: "retrieval") }
    #expect(error?.description.contains("mix the classes of images") == true)
    let texts = "{type: text, path: x, augmentation: {flip: 1}}"
    let other = #expect(throws: DiagnosticError.self) { try recipe(texts) }
    #expect(other?.description.contains("'data.augmentation' is of images") == true)
  }
}
