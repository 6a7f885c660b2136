import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite struct OptimizationTests {
  /// The rate moves every step; the log has that of an epoch's last.
  @Test func learningRates() throws {
    let laboratory = try Laboratory()
    let text = """
      schedule: {type: cosine, warmup_epochs: 1, warmup_factor: 0.1, minimum_factor: 0.2}
      stages: [{name: a, epochs: 3}, {name: b, epochs: 2, learning_rate: 0.5}]

      """
    let trial = try laboratory.run(try laboratory.recipe(text))
    let rates = try trial.records().map(\.learningRate)
    func cosine(_ progress: Double) -> Double { 0.2 + 0.8 * (1 + cos(.pi * progress)) / 2 }
    let warm = 0.1 + 0.9 * 2 / 3
    let expected = [
      0.01 * warm, 0.01 * cosine(1 / 3), 0.01 * cosine(5 / 6), 0.5 * warm, 0.5 * cosine(2 / 3),
    ]
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rates)")
  }

  @Test func rateOfZeroMovesNothing() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe("", adapter: "{type: lora}", ["optimizer.learning_rate=0"])
    let before = try Experiment(recipe).model.snapshot().mapValues(\.values)
    let after = try laboratory.run(recipe).parameters()
    #expect(before == after)
  }

  /// A bound that is never reached changes no bit; a tiny one stops nearly all movement.
  @Test func clipping() throws {
    let laboratory = try Laboratory()
    func trial(_ clip: String, _ name: String) throws -> Trial {
      try laboratory.run(
        try laboratory.recipe(
          "epochs: 1\n", adapter: "{type: lora}",
          ["optimizer.gradient_clip=\(clip)", "optimizer.weight_decay=0"]), in: name)
    }
    let (free, wide, tight) = try (trial("~", "free"), trial("1e12", "wide"), trial("1e-12", "t"))
    let (a, b) = try (free.checkpoint(), wide.checkpoint())
    #expect(a == b)
    let start = try Experiment(laboratory.recipe("", adapter: "{type: lora}")).model.snapshot()
    func moved(_ trial: Trial) throws -> Float {
      let bias = try trial.parameters()["head.bias"] ?? []
      return zip(bias, start["head.bias"]?.values ?? []).map { abs($0 - $1) }.max() ?? 0
    }
    let (far, near) = try (moved(free), moved(tight))
    #expect(far > 1e-3)
    #expect(near < far * 1e-2)
    let norms = try [free, tight].map { try $0.records()[0].gradientNorm }
    #expect(norms[0] > 0.1)
    #expect(norms[1] > 0.1)
  }

  /// The first epoch with the best figure, and its parameters.
  @Test func bestEpochIsKept() throws {
    let laboratory = try Laboratory()
    let text = "selection: best-val\nepochs: 6\n"
    let change = ["optimizer.learning_rate=0.1"]
    let trial = try laboratory.run(try laboratory.recipe(text, adapter: "{type: lora}", change))
    let accuracies = try trial.records().compactMap { $0.validation?.accuracy }
    #expect(accuracies.count == 6)
    let best = try #require(accuracies.max())
    let result = trial.summary.stages[0]
    #expect(result.keptEpoch == (accuracies.firstIndex(of: best) ?? -1) + 1)
    #expect(result.validation?.accuracy == best)
    let again = try trial.folder.experiment(registry: testPlugins)
    let pipeline = try again.pipeline()
    let images = try #require(pipeline.validation)
    #expect(again.model.evaluate(images, pipeline, batchSize: 16).accuracy == best)
  }

  @Test func amongEqualsTheFirstIsKept() throws {
    let laboratory = try Laboratory()
    let change = ["optimizer.learning_rate=0"]
    let recipe = try laboratory.recipe("selection: best-val\n", adapter: "{type: lora}", change)
    let kept = try laboratory.run(recipe).summary.stages[0].keptEpoch
    #expect(kept == 1)
  }

  /// Other labels in the test split change the test figures and nothing else.
  @Test func testSplitDecidesNothing() throws {
    let laboratory = try Laboratory()
    let text = "selection: best-val\nepochs: 3\n"
    let first = try laboratory.run(try laboratory.recipe(text), in: "a")
    try SmallSets.writeDigits(to: laboratory.data) { ($0 + 1) % 10 }
    let second = try laboratory.run(try laboratory.recipe(text), in: "b")
    let (a, b) = try (first.checkpoint(), second.checkpoint())
    #expect(a == b)
    #expect(first.summary.stages[0].test?.loss != second.summary.stages[0].test?.loss)
  }

  @Test(arguments: [
    (["train", "test"], "selection: best-val", "needs a validation split that is not trained on"),
    (["train", "val"], "selection: best-val\n#train+val", "needs a validation split"),
    (["val", "test"], "seed: 1", "has no split train"),
    (["train", "test"], "seed: 1\n#train+val", "has no split train+val"),
  ])
  func missingSplits(_ splits: [String], _ text: String, _ words: String) throws {
    let laboratory = try Laboratory()
    try SmallSets.writeDigits(to: laboratory.data, splits: splits)
    let change = text.contains("#train+val") ? ["data.train=train+val"] : []
    let recipe = try laboratory.recipe(text + "\n", adapter: "{type: lora}", change)
    let found = complaint { try Plan(recipe) }
    #expect(found.contains(words), "\(found)")
    #expect(found.hasPrefix("r.yaml:3:33: error: "), "\(found)")
  }

  @Test func withoutValidationAndTest() throws {
    let laboratory = try Laboratory()
    try SmallSets.writeDigits(to: laboratory.data, splits: ["train"])
    let trial = try laboratory.run(try laboratory.recipe())
    let result = trial.summary.stages[0]
    #expect(result.validation == nil)
    #expect(result.test == nil)
    #expect(result.keptEpoch == 2)
  }

  /// Once warm, steps, evaluations and checkpoints take every buffer from the pool.
  ///
  /// In a process of its own: other tests share the pool, and would take what a step gives back.
  @Test func warmEpochsAskTheSystemForNothing() async {
    await #expect(processExitsWith: .success) {
      let laboratory = try Laboratory()
      let watcher = Watcher()
      let text = "epochs: 12\nregularizers: [{type: crowding}]\n"
      _ = try laboratory.run(try laboratory.recipe(text), observer: watcher)
      let counts = watcher.allocations
      let fresh = zip(counts.dropFirst(), counts).map { $0 - $1 }
      #expect(fresh.suffix(8).allSatisfy { $0 == 0 }, "\(fresh)")
    }
  }
}
