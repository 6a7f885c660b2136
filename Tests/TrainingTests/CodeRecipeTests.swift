import Checkpoints
import Foundation
import LoRA
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// A penalty whose option is not called what its property is.
private struct Renamed: RedundancyRegularizer {
  struct Options: PluginOptions {
    var power = 2.0

    mutating func visit(_ options: OptionReader) {
      options.number("exponent", &power, in: 1...8, help: "under another name")
    }
  }

  private let power: Double

  init(options: Options) { power = options.power }

  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.centeredCoefficientGram.correlation().offDiagonalMean(exponent: power)
  }
}

@Suite("Training from code") struct CodeRecipeTests {
  private let laboratory: Laboratory

  init() throws { laboratory = try Laboratory() }

  /// On the laboratory's tiny network, two stages and the control.
  private func recipe(
    _ regularizers: [RegularizerRecipe], rate: Double = 1e-2, seed: Int = 0
  ) throws -> Recipe {
    try Recipe(
      backbone: BackboneRecipe(weights: laboratory.weights) { $0.dropPath = 0.5 },
      data: .safetensors(laboratory.data)
    ) {
      ($0.seed, $0.threads, $0.batchSize) = (seed, 1, 16)
      $0.adapter = AdapterRecipe(
        LoRA.self,
        options: LoRAOptions {
          ($0.rank, $0.dropout, $0.dropoutPosition) = (4, 0.3, .bottleneck)
        }, sites: [.query, .value, .fc1])
      ($0.regularizers, $0.hasControl) = (regularizers, !regularizers.isEmpty)
      $0.optimizer.learningRate = rate
      $0.stages = [
        StageRecipe { ($0.name, $0.epochs, $0.regularizes) = ("base", 1, false) },
        StageRecipe { ($0.name, $0.epochs) = ("refine", 2) },
      ]
    }
  }

  private func crowdingRecipe(seed: Int = 0) throws -> Recipe {
    try recipe(
      [
        RegularizerRecipe(
          Crowding.self, options: Crowding.Options(),
          weight: .linear(from: 0, to: 0.3, startEpoch: 0.5))
      ], seed: seed)
  }

  private func values(_ model: Model) -> [String: [UInt32]] {
    model.snapshot().mapValues { $0.values.map(\.bitPattern) }
  }

  /// The figures without seconds.
  private func timeless(_ summary: RunSummary) throws -> String {
    var plain = summary
    for index in plain.stages.indices { plain.stages[index].trainingSeconds = 0 }
    plain.adapterFormat = nil
    return String(decoding: try JSONEncoder.figures(.sortedKeys).encode(plain), as: UTF8.self)
  }

  @Test func sameBitsAsTheFile() throws {
    let text = """
      regularizers:
        - {type: crowding, weight: {type: linear, from: 0, to: 0.3, start_epoch: 0.5}}
      control: true
      stages:
        - {name: base, epochs: 1, regularize: false}
        - {name: refine, epochs: 2}

      """
    let adapter =
      "{type: lora, rank: 4, dropout: 0.3, dropout_position: bottleneck, sites: [query, value, fc1]}"
    let file = try laboratory.run(
      try laboratory.recipe(text, adapter: adapter, ["backbone.drop_path=0.5"]))
    let code = try Experiment(crowdingRecipe())
    let summary = try code.train()
    #expect(values(code.model) == values(file.experiment.model))
    let (own, files) = (try timeless(summary), try timeless(file.summary))
    #expect(own == files)
    #expect(summary.stages.map(\.name) == ["base", "refine", "control-refine"])
    #expect(summary.stages.allSatisfy { $0.test?.redundancy != nil })
    #expect(summary.adapterFormat == nil)

    let other = try Experiment(crowdingRecipe(seed: 1))
    try other.train()
    #expect(values(other.model) != values(code.model))
  }

  /// What is written is the recipe: its folder is read, and trains the same again.
  @Test func theFolderIsReadBack() throws {
    let trial = try laboratory.run(try crowdingRecipe())
    let again = try trial.folder.experiment(registry: testPlugins)
    #expect(values(again.model) == values(trial.experiment.model))
    let repeated = try Experiment(
      Recipe(path: trial.folder.file("recipe.yaml"), registry: testPlugins))
    try repeated.train()
    #expect(values(repeated.model) == values(trial.experiment.model))
  }

  @Test func optionsOfOtherNamesAreReadBack() throws {
    let penalty = RegularizerRecipe(Renamed.self, options: Renamed.Options { $0.power = 3 })
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let store = laboratory.folder + "/stages"
    let experiment = try Experiment(recipe([penalty]))
    _ = try Runner(
      experiment, folder: folder, provenance: [:],
      reuse: StageStore(
        folder: store, digests: ContentDigests(experiment), program: "test")
    ).run()
    let stored = try FileManager.default.contentsOfDirectory(atPath: store)
    #expect(!stored.isEmpty)
    let registry = try PluginRegistry(adapters: [LoRA.self], regularizers: [Renamed.self])
    let again = try folder.experiment(registry: registry)
    #expect(yamlText(of: again.recipe.resolved).contains("exponent: 3.0"))
  }

  @Test func divergenceNamesNoFile() throws {
    let penalty = RegularizerRecipe(NotANumber.self, options: NoOptions())
    let experiment = try Experiment(recipe([penalty]))
    let found = complaint { try experiment.train() }
    #expect(found.contains("training diverged in stage 'refine', epoch 1, step 1"))
    #expect(!found.contains(".safetensors"))
  }
}
