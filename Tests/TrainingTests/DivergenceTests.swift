import Checkpoints
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite struct DivergenceTests {
  /// What is left after a run that stopped: the words, and the folder.
  private func stopped(
    _ laboratory: Laboratory, _ recipe: Recipe
  ) throws -> (words: String, folder: RunFolder) {
    let experiment = try Experiment(recipe)
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let runner = Runner(experiment, folder: folder, provenance: [:])
    return (complaint { try runner.run() }, folder)
  }

  /// The checkpoint of the last complete epoch fits the recipe.
  private func loadsLatest(_ folder: RunFolder, _ recipe: Recipe) throws {
    let model = try Experiment(recipe).model
    let path = try #require(folder.checkpoints().first)
    try Checkpoint.load(path, into: model)
    #expect(model.firstNonFinite == nil)
  }

  @Test(arguments: [16, 48])
  func hugeLearningRate(_ batch: Int) throws {
    let laboratory = try Laboratory()
    let text = "stages: [{name: good, epochs: 1, learning_rate: 1e-3}, {name: bad, epochs: 9}]\n"
    var recipe = try laboratory.recipe(text, adapter: "{type: lora}", ["batch_size=\(batch)"])
    recipe.optimizer.learningRate = 1e30
    let (words, folder) = try stopped(laboratory, recipe)
    #expect(words.hasPrefix("error: training diverged in stage 'bad', epoch 1, step "), "\(words)")
    #expect(words.contains("try a smaller optimizer.learning_rate"))
    let records = try metrics(folder)
    #expect(records.map(\.stage) == ["good"])
    try loadsLatest(folder, recipe)
  }

  @Test(arguments: [
    ("notanumber", "step 1: the value of regularizer 'notanumber' is nan"),
    ("wildslope", "step 1: the gradient of 'blocks.0.query.lora_A' is not finite"),
  ])
  func brokenRegularizer(_ name: String, _ cause: String) throws {
    let laboratory = try Laboratory()
    let text = """
      regularizers: [{type: \(name)}]
      stages: [{name: base, epochs: 2, regularize: false}, {name: refine, epochs: 2}]

      """
    let recipe = try laboratory.recipe(text)
    let (words, folder) = try stopped(laboratory, recipe)
    let expected = "error: training diverged in stage 'refine', epoch 1, \(cause)\n"
    #expect(words.hasPrefix(expected), "\(words)")
    #expect(words.contains("are in checkpoint/step-*.safetensors"))
    let records = try metrics(folder)
    #expect(records.map(\.epoch) == [1, 2])
    try loadsLatest(folder, recipe)
    let hasSummary = FileManager.default.fileExists(atPath: folder.file("summary.json"))
    #expect(!hasSummary)
  }

  /// At a measured step the regularizer itself is named.
  @Test func brokenGradientAtAMeasuredStep() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: wildslope}]\n"
    let recipe = try laboratory.recipe(text, adapter: "{type: lora}", ["batch_size=48"])
    let (words, _) = try stopped(laboratory, recipe)
    #expect(words.contains("the gradient of regularizer 'wildslope' is not finite"), "\(words)")
  }

  @Test func unfinishedRunIsNotEvaluated() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe("regularizers: [{type: notanumber}]\n")
    let (_, folder) = try stopped(laboratory, recipe)
    let found = complaint { try folder.experiment(registry: testPlugins) }
    #expect(found.contains("the run did not finish stage 'train'"), "\(found)")
  }
}
