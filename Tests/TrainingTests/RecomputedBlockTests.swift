import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Blocks that are computed again on the way back train as those that are kept.
@Suite struct RecomputedBlockTests {
  /// Every adapter, with a penalty on its subspaces where it has any, dropout where it takes some.
  @Test(arguments: try PluginRegistry.builtIn().adapters.map(\.descriptor.name))
  func adapters(name: String) throws {
    let laboratory = try LanguageLaboratory()
    let registry = try PluginRegistry.builtIn()
    let plugin = try registry.adapter(named: name)
    let penalty =
      plugin.isDecomposable ? "regularizers: [{type: resora, measure: linear, weight: 0.5}]\n" : ""
    func losses(_ changes: [String]) throws -> [Float] {
      let text = """
        task: language-model
        threads: 1
        backbone: {weights: \(laboratory.folder)/model}
        data: {type: text, path: \(laboratory.folder)/texts}
        adapter: {type: \(name)}
        batch_size: 12
        epochs: 2
        optimizer: {learning_rate: 1e-3}
        \(penalty)
        """
      let recipe = try Recipe(text: text, overrides: changes, registry: registry)
      let experiment = try makeExperiment(recipe)
      let summary = try experiment.train()
      #expect(summary.stages[0].taskLoss.isFinite)
      return experiment.network.parameters.flatMap { $0.parameter.value.values }
    }
    let plain: [Float]
    do { plain = try losses([]) } catch let error as DiagnosticError {
      // Some are for images only, or for widths that this network does not have.
      #expect(!error.diagnostics.isEmpty)
      return
    }
    let recomputed = try losses(["text.recompute=true"])
    #expect(plain.count == recomputed.count)
    for (a, b) in zip(plain, recomputed) { #expect(abs(a - b) <= 1e-5 * max(1, abs(a))) }
  }

  @Test func dropoutIsDrawnTheSame() throws {
    let laboratory = try LanguageLaboratory()
    func values(_ changes: [String]) throws -> [Float] {
      let recipe = try laboratory.recipe(
        "regularizers: [{type: beholding, weight: 0.1}]\n", ["adapter.dropout=0.4"] + changes)
      let experiment = try LanguageModelExperiment(recipe)
      try experiment.train()
      return experiment.model.parameters.flatMap { $0.parameter.value.values }
    }
    let (plain, recomputed) = (try values([]), try values(["text.recompute=true"]))
    for (a, b) in zip(plain, recomputed) { #expect(abs(a - b) <= 1e-5 * max(1, abs(a))) }
  }
}
