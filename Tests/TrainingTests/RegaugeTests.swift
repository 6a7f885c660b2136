import LoRA
import PETL
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

@Suite struct RegaugeTests {
  /// After the last of six steps: the same answers, other factors, hardly any redundancy.
  @Test func theFunctionStays() throws {
    let laboratory = try Laboratory()
    let plain = try laboratory.run(try laboratory.recipe(), in: "plain")
    let gauged = try laboratory.run(
      try laboratory.recipe("", ["regauge=6"]), in: "gauged")
    let losses = [plain, gauged].compactMap { $0.summary.stages[0].test?.loss }
    try #require(losses.count == 2)
    #expect(abs(losses[0] - losses[1]) < 1e-4 * losses[0])
    let (before, after) = try (plain.parameters(), gauged.parameters())
    #expect(before["head.weight"] == after["head.weight"])
    #expect(before["blocks.0.query.lora_A"] != after["blocks.0.query.lora_A"])
    let pipeline = try gauged.experiment.pipeline()
    let redundancies = [plain, gauged].map {
      $0.experiment.model.evaluate(pipeline.train, pipeline, batchSize: 48).redundancy ?? 1
    }
    #expect(redundancies[1] < 0.5 * redundancies[0], "\(redundancies)")
    for kind in ["query", "value"] {
      let (old, new) = (try weight(before, kind), try weight(after, kind))
      #expect((new - old).frobeniusNorm < 1e-6 * old.frobeniusNorm)
    }
  }

  private func weight(_ values: [String: [Float]], _ kind: String) throws -> DoubleMatrix {
    func factor(_ name: String) throws -> DoubleMatrix {
      let numbers = try #require(values["blocks.1.\(kind).\(name)"]).map(Double.init)
      return DoubleMatrix(numbers, rows: 4, columns: 16)
    }
    return try factor("lora_B").times(try factor("lora_A"), transposingSelf: true)
  }

  /// Training goes on as before where the gauge has nothing to do, and finite in any case.
  @Test func oftenIsStillTraining() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.recipe("epochs: 8\n", ["regauge=1"]))
    let records = try trial.records()
    let (first, last) = (try #require(records.first), try #require(records.last))
    #expect(last.taskLoss < first.taskLoss)
  }

  @Test func whatCannotBeGaugedIsRefused() throws {
    let laboratory = try Laboratory()
    for (adapter, words) in [
      ("{type: shift}", "adapter 'shift' has no factors A and B of its own"),
      ("{type: squashed}", "adapter 'squashed' has no factors A and B of its own"),
      ("", "there is no adapter"),
    ] {
      let recipe = try laboratory.recipe("regauge: 2\n", adapter: adapter)
      let found = complaint { try Plan(recipe) }
      #expect(found.contains("'regauge' cannot be applied: \(words)"), "\(found)")
    }
  }

  /// Runs with another gauge share no stage.
  @Test func itDecidesTheParameters() throws {
    let laboratory = try Laboratory()
    let texts = try [[], ["regauge=3"]].map {
      try laboratory.recipe("", $0).decisions(throughStage: 0, regularized: false)
    }
    #expect(texts[0] != texts[1])
  }
}
