import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// DeBERTa's maps of query and key are used twice, and so are the adapters there.
@Suite("Adapters on maps that also meet distances") struct DistanceAdapterTests {
  @Test(
    "train the same where blocks are computed again",
    arguments: try PluginRegistry.builtIn().adapters.map(\.descriptor.name))
  func everyAdapter(_ name: String) throws {
    let laboratory = try TextLaboratory("deberta")
    func values(_ changes: [String]) throws -> [Float] {
      let recipe = try laboratory.recipe(
        "epochs: 1\n", adapter: "{type: \(name), sites: [query, key]}", changes)
      let experiment = try TextClassificationExperiment(recipe)
      #expect(try experiment.train().stages[0].taskLoss.isFinite)
      return experiment.model.parameters.flatMap { $0.parameter.value.values }
    }
    let plain: [Float]
    do { plain = try values([]) } catch let error as DiagnosticError {
      // Some are for blocks or images only, or for widths that this network does not have.
      #expect(!error.diagnostics.isEmpty)
      return
    }
    let again = try values(["text.recompute=true"])
    #expect(plain.count == again.count)
    for (a, b) in zip(plain, again) { #expect(abs(a - b) <= 1e-4 * max(1, abs(a))) }
  }

  @Test("draw dropout for distances by themselves, the same each time")
  func dropout() throws {
    let laboratory = try TextLaboratory("deberta")
    func values(_ changes: [String]) throws -> [Float] {
      let recipe = try laboratory.recipe(
        "epochs: 1\nregularizers: [{type: resora, measure: linear, weight: 0.1}]\n",
        adapter: "{type: lora, rank: 4, dropout: 0.4, sites: [query, key]}", changes)
      let experiment = try TextClassificationExperiment(recipe)
      try experiment.train()
      return experiment.model.parameters.flatMap { $0.parameter.value.values }
    }
    let plain = try values([])
    #expect(try values([]) == plain)
    for (a, b) in zip(plain, try values(["text.recompute=true"])) {
      #expect(abs(a - b) <= 1e-5 * max(1, abs(a)))
    }
  }
}
