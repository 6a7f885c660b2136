import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// A step whose batch goes through the network in parts is the step of the whole batch.
@Suite struct MicroBatchTests {
  /// The largest difference of parameters, beside the largest change that training made.
  private func expectSame(
    _ recipe: (_ changes: [String]) throws -> Recipe, atOnce: Int, tolerance: Float = 1e-4
  ) throws -> [RunSummary] {
    func trained(_ changes: [String]) throws -> (start: [Float], end: [Float], RunSummary) {
      let experiment = try makeExperiment(recipe(changes))
      func values() -> [Float] {
        experiment.network.parameters.flatMap { $0.parameter.value.values }
      }
      let start = values()
      let summary = try experiment.train()
      return (start, values(), summary)
    }
    let whole = try trained([])
    let parts = try trained(["micro_batch_size=\(atOnce)"])
    let change = zip(whole.start, whole.end).map { abs($0 - $1) }.max() ?? 0
    let difference = zip(whole.end, parts.end).map { abs($0 - $1) }.max() ?? 1
    #expect(change > 1e-4)
    #expect(difference < tolerance * change, "\(difference) of \(change)")
    #expect(difference > 0, "the parts were not added up on their own")
    return [whole.2, parts.2]
  }

  /// Parts of 5, 5, 5 and 1 digits.
  @Test(arguments: [
    "{type: sgd, learning_rate: 0.1}", "{type: adamw, learning_rate: 1e-2}",
    "{type: sgd, learning_rate: 0.1, gradient_clip: 0.5}",
  ])
  func images(optimizer: String) throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    let summaries = try expectSame(
      { try laboratory.recipe("", ["optimizer=\(optimizer)"] + $0, registry: registry) }, atOnce: 5,
      tolerance: 2e-3)
    let (a, b) = (summaries[0].stages[0], summaries[1].stages[0])
    #expect(abs(a.taskLoss - b.taskLoss) < 1e-4)
    #expect(a.validation?.accuracy == b.validation?.accuracy)
  }

  /// Starts from gradients of a whole batch, in factors whose signs mean nothing.
  @Test func startsOfGradients() throws {
    let laboratory = try Laboratory()
    func loss(_ changes: [String]) throws -> Double {
      let recipe = try laboratory.recipe(
        "", ["optimizer={type: riemannion, learning_rate: 1e-2}"] + changes, registry: .builtIn())
      return try Experiment(recipe).train().stages[0].taskLoss
    }
    let (whole, parts) = (try loss([]), try loss(["micro_batch_size=5"]))
    #expect(abs(whole - parts) < 1e-3 * whole, "\(whole) \(parts)")
  }

  /// Of losses alone: one estimate by two losses of all parts.
  @Test func withoutGradients() throws {
    let laboratory = try Laboratory()
    let registry = try PluginRegistry.builtIn()
    let change = ["optimizer={type: subzero, learning_rate: 1e-2}"]
    _ = try expectSame(
      { try laboratory.recipe("", change + $0, registry: registry) }, atOnce: 7, tolerance: 0.05)
  }

  /// Texts of different lengths in a step, of which each token counts the same.
  @Test(arguments: [1, 5]) func languageModel(atOnce: Int) throws {
    let laboratory = try LanguageLaboratory()
    let lines = (0..<30).map { number in
      let end = String(repeating: " cat", count: 1 + number * number % 7)
      return #"{"prompt": "the dog.", "completion": "\#(end)"}"#
    }
    try laboratory.scratch.write(lines.joined(separator: "\n"), to: "texts/train.jsonl")
    let change = ["optimizer={type: sgd, learning_rate: 0.1}"]
    _ = try expectSame({ try laboratory.recipe("", change + $0) }, atOnce: atOnce)
  }

  @Test(arguments: ["classes", "number", "several"]) func texts(kind: String) throws {
    let laboratory = try TextLaboratory()
    _ = try expectSame(
      {
        try laboratory.recipe(
          "", kind: kind, ["optimizer={type: sgd, learning_rate: 0.05}"] + $0)
      }, atOnce: 2)
  }

  /// A penalty on weights is the same in each part, and so are its value and its share of the gradient.
  @Test func penalties() throws {
    let laboratory = try Laboratory()
    func record(_ changes: [String]) throws -> EpochRecord {
      let recipe = try laboratory.recipe(
        "regularizers: [{type: weight-orthogonality, weight: 0.5}]\nepochs: 1\n",
        ["optimizer={type: sgd, learning_rate: 0.1}"] + changes, registry: .builtIn())
      let trial = try laboratory.run(recipe, in: "run-\(changes.count)")
      return try #require(trial.records().first)
    }
    let (whole, parts) = (try record([]), try record(["micro_batch_size=5"]))
    let label = try #require(whole.regularizers.keys.first)
    let (a, b) = (whole.regularizers[label], parts.regularizers[label])
    let (own, other) = (try #require(a), try #require(b))
    #expect(own.value > 0)
    #expect(abs(own.value - other.value) < 1e-4 * own.value)
    let (share, second) = (try #require(own.gradientShare), try #require(other.gradientShare))
    #expect(share > 0)
    #expect(abs(share - second) < 1e-3 * share)
    #expect(Set(whole.redundancyBySite.keys) == Set(parts.redundancyBySite.keys))
    #expect(parts.redundancyBySite.values.allSatisfy { (0...1).contains($0) })
  }

  @Test func refusals() throws {
    let laboratory = try Laboratory()
    let large = complaint { try laboratory.recipe("", ["micro_batch_size=17"]) }
    #expect(large.contains("'micro_batch_size' is 17, more than a step's batch_size of 16"))
  }
}
