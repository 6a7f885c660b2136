import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing
import Training

@testable import Networks

/// Every recipe of Examples/recipes can be read, and planned where what it names is here.
@Suite struct ExampleRecipesTests {
  private static let folder = Checkout.path("Examples/recipes")

  /// The names of the files, and whether what they name comes with the program.
  static let embedded = [
    "adalora", "quickstart", "sweep-gauge", "sweep-lambda", "sweep-measures", "sweep-ranks",
    "sweep-spaces",
    "sweep-stages",
  ]

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// The recipes of a file, one for each run; none of a pre-training.
  private static func recipes(
    _ name: String, _ overrides: [String] = []
  ) throws -> [(label: String, recipe: Recipe)] {
    let path = "\(folder)/\(name).yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    if text.contains("\nmodel:") {
      _ = try PretrainRecipe(path: path)
      return []
    }
    let registry = try PluginRegistry.builtIn()
    guard text.contains("\nsweep:") else {
      return [(name, try Recipe(path: path, overrides: overrides, registry: registry))]
    }
    return try SweepRecipe(path: path, overrides: overrides, registry: registry).points.map {
      ($0.label, $0.recipe)
    }
  }

  @Test(arguments: try names())
  func isValid(_ name: String) throws {
    let recipes = try Self.recipes(name)
    #expect(name == "vit-micro" || !recipes.isEmpty)
    let isHere = recipes.allSatisfy {
      $0.recipe.backbone.weights.hasPrefix("embedded:") && $0.recipe.data.source == .embedded
    }
    #expect(name == "vit-micro" || isHere == Self.embedded.contains(name))
  }

  /// Seeds differ in nothing that is planned.
  @Test(arguments: embedded)
  func canBePlanned(_ name: String) throws {
    let plans = try Self.recipes(name).filter { $0.recipe.seed == 0 }.map { try Plan($0.recipe) }
    let counts = plans.map(\.adapterParameterCount)
    #expect(!counts.isEmpty)
    #expect(counts.allSatisfy { $0 > 0 })
    if name.hasPrefix("sweep") {
      let recipes = try Self.recipes(name)
      #expect(Set(recipes.map(\.recipe.seed)) == Set(0..<6))
      #expect(recipes.count == plans.count * 6)
    }
  }

  /// What each question holds equal is equal: the epochs of the final model.
  @Test func lengthsAreEqual() throws {
    for name in Self.embedded where name != "quickstart" {
      let lengths = try Self.recipes(name).map { $0.recipe.stages.reduce(0) { $0 + $1.epochs } }
      #expect(Set(lengths).count == 1, "\(name)")
    }
  }
}

/// The recipe of VTAB-1K on a made-up tree with its layout: there are no VTAB images here.
@Suite struct VTABRecipeTests {
  private let folder: ScratchFolder
  private let changes: [String]

  /// Every list names the same image, once for each class and until a batch of 64 is full twice.
  init() throws {
    folder = try ScratchFolder()
    for (name, classes) in try Self.tasks() {
      try folder.copy(image: "size-16x16.jpg", to: "vtab-1k/\(name)/images/0.jpg")
      let lines = (0..<max(150, classes)).map { "images/0.jpg \($0 % classes)\n" }
      for list in ["train800val200", "test"] {
        try folder.write(lines.joined(), to: "vtab-1k/\(name)/\(list).txt")
      }
    }
    try SmallViT.write(to: folder.file("tiny.safetensors"))
    changes = [
      "data.path=\(folder.path)/vtab-1k",
      "backbone.weights=\(folder.path)/tiny.safetensors",
      "backbone.image_size=8", "data.cache=false",
    ]
  }

  /// The tasks of the recipe and their numbers of classes, in PETL-ViT's order.
  private static func tasks() throws -> [(name: String, classes: Int)] {
    let counts = [100, 102, 47, 102, 37, 10, 397, 2, 10, 45, 5, 8, 6, 6, 4, 16, 16, 18, 9]
    var names: [String] = []
    for (_, recipe) in try points([]) where recipe.seed == 0 {
      names.append(try #require(recipe.data.name))
    }
    try #require(names.count == counts.count)
    return Array(zip(names, counts))
  }

  private static func points(_ changes: [String]) throws -> [(label: String, recipe: Recipe)] {
    let path = Checkout.path("Examples/recipes/vtab-1k.yaml")
    return try SweepRecipe(path: path, overrides: changes, registry: .builtIn()).points.map {
      ($0.label, $0.recipe)
    }
  }

  @Test func everyTaskCanBePlanned() throws {
    let points = try Self.points(changes)
    #expect(points.count == 19 * 6)
    for (label, recipe) in points where recipe.seed == 0 {
      let plan = try Plan(recipe)
      #expect(plan.summary.hasSuffix(" classes"), "\(label): \(plan.summary)")
    }
  }

  /// The whole protocol in small: warm-up and cosine by epoch, full batches, both stages, the control.
  @Test func itTrains() throws {
    let lengths = "stages=[{name: base, epochs: 12, regularize: false}, {name: refine, epochs: 11}]"
    let point = try #require(try Self.points(changes + [lengths, "data.name=svhn"]).first)
    let watcher = RateWatcher()
    let summary = try Experiment(point.recipe).train(observer: watcher)
    #expect(summary.stages.map(\.name) == ["base", "refine", "control-refine"])
    #expect(summary.stages.map { $0.test?.examples } == [150, 150, 150])
    #expect(summary.stages.allSatisfy { $0.validation == nil })
    // 150 images: two batches of 64 an epoch.
    #expect(
      watcher.records.map(\.step) == (Array(1...12) + Array(1...11) + Array(1...11)).map { $0 * 2 })
    // timm: 1e-6, 1e-6, then a tenth of the way each epoch, then a cosine that began at the start.
    let rates = watcher.records.prefix(12).map(\.learningRate)
    #expect(rates[0] == rates[1])
    #expect(abs(rates[0] - 1e-6) < 1e-12)
    #expect(abs(rates[10] - (1e-6 + 0.9 * (1e-3 - 1e-6))) < 1e-12)
    let last = 1e-5 + (1e-3 - 1e-5) * (1 + cos(Double.pi * 10 / 12)) / 2
    #expect(abs(rates[11] - last) < 1e-12)
  }
}

/// Keeps the records of epochs.
private final class RateWatcher: TrainingObserver {
  var records: [EpochRecord] = []
  func epochDidEnd(_ record: EpochRecord) { records.append(record) }
}
