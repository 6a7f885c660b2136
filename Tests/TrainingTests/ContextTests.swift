import Foundation
import PETL
import Recipes
import Testing

@testable import Training

/// What the trainer gives to a regularizer of any kind.
@Suite struct ContextTests {
  private func run(
    _ adapter: String, _ changes: [String] = [], weight: Double = 0.1, name: String = "run",
    in laboratory: Laboratory
  ) throws -> Trial {
    let text = weight.isNaN ? "" : "regularizers: [{type: beholding, weight: \(weight)}]\n"
    return try laboratory.run(try laboratory.recipe(text, adapter: adapter, changes), in: name)
  }

  @Test func momentsAndShapes() throws {
    let laboratory = try Laboratory()
    let figures = try run("{type: lora, rank: 4}", in: laboratory).records().map {
      $0.figures ?? [:]
    }
    #expect(figures.count == 2)
    #expect(figures.map { $0["beholding.step"] } == [1, 4])
    #expect(figures.map { $0["beholding.epoch"] } == [1, 2])
    #expect(figures[0]["beholding.progress"].map { abs($0 - 1.0 / 6) < 1e-12 } == true)
    #expect(figures[0]["beholding.sites"] == 4)
    #expect(figures[0]["beholding.inputs"] == 64)
    #expect(figures[0]["beholding.tokens"] == 5)
    #expect(figures[0]["beholding.starts"] == 0)
  }

  /// With B = 0 and no step the network is the one without adapters, to the bit.
  @Test func frozenAnswersAreThoseWithoutAdapters() throws {
    let laboratory = try Laboratory()
    let still = try run("{type: lora, rank: 4}", ["optimizer.learning_rate=0"], in: laboratory)
      .records()
    #expect(still.map { $0.figures?["beholding.distance"] } == [0, 0])
    #expect(still.map { $0.figures?["beholding.logits"] } == [0, 0])
    let moved = try run("{type: lora, rank: 4}", name: "moved", in: laboratory).records()
    #expect((moved[1].figures?["beholding.distance"] ?? 0) > 0)
  }

  /// Weights that are trained are what they were while the network is asked without them, and then as
  /// they are again.
  @Test func trainedWeightsAreTakenBackAndForth() throws {
    let laboratory = try Laboratory()
    let adapter = "{type: bias}"
    let watched = try run(adapter, weight: 0, name: "a", in: laboratory)
    let alone = try run(adapter, weight: .nan, name: "b", in: laboratory)
    #expect(try watched.parameters() == alone.parameters())
    let figures = try watched.records()[1].figures ?? [:]
    #expect((figures["beholding.starts"] ?? 0) > 0)
    #expect((figures["beholding.moved"] ?? 0) > 0)
    #expect((figures["beholding.distance"] ?? 0) > 0)
  }

  /// It works on an adapter that does not decompose.
  @Test func anyAdapter() throws {
    let laboratory = try Laboratory()
    let trial = try run("{type: shift}", in: laboratory)
    #expect(trial.summary.stages[0].taskLoss.isFinite)
    let penalty = try trial.records()[1].regularizers["beholding"]
    #expect((penalty?.value ?? 0) > 0)
  }

  /// An adapter's own figures are a mean over steps and sites.
  @Test func adaptersLog() throws {
    let laboratory = try Laboratory()
    let trial = try run("{type: squashed}", weight: .nan, in: laboratory)
    let found = try trial.records().map { $0.figures?["adapter.saturation"] ?? 0 }
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0 > 0.01 })
    #expect(found.allSatisfy { $0 < 1 })
  }

  /// Figures of runs without such a plugin have no key.
  @Test func noFiguresNoKey() throws {
    let laboratory = try Laboratory()
    let trial = try run("{type: lora, rank: 4}", weight: .nan, in: laboratory)
    #expect(try trial.records().allSatisfy { $0.figures == nil })
    let text = try String(
      contentsOfFile: trial.folder.file("metrics.jsonl"), encoding: .utf8)
    #expect(!text.contains("figures"))
  }
}
