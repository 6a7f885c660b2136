import Datasets
import Foundation
import Networks
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite("Runs with losses of their own") struct LossRunTests {
  @Test(arguments: [
    "{type: cross-entropy, label_smoothing: 0.1, class_weights: balanced}", "{type: focal}",
    "{type: binary}",
  ])
  func training(_ loss: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked(
      "epochs: 10\nloss: \(loss)\n", optimizer: "{learning_rate: 2e-2}")
    let trial = try laboratory.run(recipe)
    let records = try trial.records()
    #expect(records[9].taskLoss < records[0].taskLoss)
    #expect(records[9].validation?.loss ?? .nan > 0)
  }

  /// Named without options it trains as its absence does, but for rounding.
  @Test func crossEntropyIsTheDefault() throws {
    let laboratory = try Laboratory()
    let plain = try laboratory.run(try laboratory.hooked(""), in: "plain")
    let named = try laboratory.run(
      try laboratory.hooked("loss: {type: cross-entropy}\n"), in: "named")
    let (expected, found) = try (plain.parameters(), named.parameters())
    for (name, values) in expected {
      let error = zip(found[name] ?? [], values).map { abs($0 - $1) }.max() ?? .nan
      #expect(error < 1e-4, "\(name)")
    }
    let losses = (plain, named)
    let test = (losses.0.summary.stages[0].test?.loss, losses.1.summary.stages[0].test?.loss)
    #expect(abs((test.0 ?? .nan) - (test.1 ?? 0)) < 1e-3)
  }

  @Test func measuredBySplit() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(try laboratory.hooked("loss: {type: binary}\n"))
    let whole = try trial.experiment.evaluate(.test, batchSize: 24)
    let parts = try trial.experiment.evaluate(.test, batchSize: 5)
    #expect(abs(whole.loss - parts.loss) < 1e-6)
    #expect(abs(whole.loss - (trial.summary.stages[0].test?.loss ?? .nan)) < 1e-6)
  }

  @Test func weightsThatDoNotFit() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.hooked("loss: {type: cross-entropy, class_weights: [1, 2, 3]}\n")
    let found = complaint { try Plan(recipe) }
    #expect(
      found.hasPrefix(
        "r.yaml:8:14: error: there are 3 class weights and 10 classes\n"), "\(found)")
  }
}
