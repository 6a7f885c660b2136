import Checkpoints
import Foundation
import LoRA
@testable import Networks
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// A penalty whose option is not called what its property is.
private struct Renamed: RedundancyRegularizer {
  struct Options: PluginOptions {
    var power: Double

    init(power: Double) { self.power = power }

    init(from reader: OptionReader) {
      power = reader.number("exponent", default: 2, in: 1...8, help: "under another name")
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

  private var crowding: Crowding.Options { Crowding.Options(from: OptionReader(describing: "")) }

  /// On the laboratory's tiny network, two stages and the control.
  private func recipe(
    _ regularizers: [RegularizerRecipe], rate: Double = 1e-2, seed: Int = 0
  ) throws -> Recipe {
    try Recipe(
      seed: seed, threads: 1, backbone: BackboneRecipe(weights: laboratory.weights, dropPath: 0.5),
      data: .safetensors(laboratory.data),
      adapter: AdapterRecipe(
        LoRA.self, options: LoRAOptions(rank: 4, dropout: 0.3, dropoutPosition: .bottleneck),
        sites: [.query, .value, .fc1]),
      regularizers: regularizers, optimizer: OptimizerRecipe(learningRate: rate), batchSize: 16,
      stages: [
        StageRecipe(name: "base", epochs: 1, regularizes: false),
        StageRecipe(name: "refine", epochs: 2),
      ], control: !regularizers.isEmpty)
  }

  private func crowdingRecipe(seed: Int = 0) throws -> Recipe {
    try recipe(
      [
        RegularizerRecipe(
          Crowding.self, options: crowding, weight: .linear(from: 0, to: 0.3, startEpoch: 0.5))
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
    #expect(trial.summary.notes.filter { $0.contains("made in code") } == [])
  }

  @Test func aFolderThatIsNotWholeSaysSo() throws {
    let penalty = RegularizerRecipe(Renamed.self, options: Renamed.Options(power: 3))
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let store = laboratory.folder + "/stages"
    let experiment = try Experiment(recipe([penalty]))
    let summary = try Runner(
      experiment, folder: folder, provenance: [:],
      reuse: StageStore(
        folder: store, digests: ContentDigests(experiment), program: "test")
    ).run()
    #expect(summary.notes.count { $0.contains("which were made in code") } == 1)
    let stored = try FileManager.default.contentsOfDirectory(atPath: store)
    #expect(stored == [])
    let registry = try PluginRegistry(adapters: [LoRA.self], regularizers: [Renamed.self])
    let found = complaint { try folder.experiment(registry: registry) }
    #expect(found.contains("'regularizers.0' were made in code and could not be written"))
  }

  @Test func divergenceNamesNoFile() throws {
    let penalty = RegularizerRecipe(NotANumber.self, options: NoOptions())
    let experiment = try Experiment(recipe([penalty]))
    let found = complaint { try experiment.train() }
    #expect(found.contains("training diverged in stage 'refine', epoch 1, step 1"))
    #expect(!found.contains(".safetensors"))
  }
}
