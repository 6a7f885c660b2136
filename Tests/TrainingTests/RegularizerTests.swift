import Foundation
import PETL
import TestSupport
import Testing

@testable import Training

@Suite struct RegularizerTests {
  /// From YAML to the log, with nothing but a file of its own.
  @Test func regularizerOfItsOwnFile() throws {
    let source = try Checkout.text("Tests/TrainingTests/Support/OneFileRegularizer.swift")
    let lines = source.split(separator: "\n")
    #expect(lines.count <= 25)
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding, power: 3, weight: 0.5}]\n"
    let trial = try laboratory.run(try laboratory.recipe(text))
    let records = try trial.records()
    #expect(records.count == 2)
    for record in records {
      let figures = try #require(record.regularizers["crowding"])
      #expect(figures.value > 0)
      #expect(figures.value <= 1)
      #expect(figures.weight == 0.5)
      let share = try #require(figures.gradientShare)
      #expect(share > 0)
      #expect(share <= 1)
      // Two layers' queries and values, logged whether a validation split exists or not.
      #expect(record.redundancyBySite.count == 4)
      #expect(record.redundancyBySite["blocks.1.value"] ?? -1 > 0)
    }
    #expect(trial.summary.notes.words.isEmpty)
    let plain = try laboratory.run(try laboratory.recipe(), in: "plain")
    let (with, without) = try (trial.checkpoint(), plain.checkpoint())
    #expect(with != without)
  }

  @Test func severalAreLoggedByLabel() throws {
    let laboratory = try Laboratory()
    let text = """
      epochs: 1
      regularizers:
        - {type: crowding, power: 1}
        - {type: weightsonly, weight: 0.2}
        - {type: crowding, power: 4, weight: 0.3}

      """
    let record = try #require(try laboratory.run(try laboratory.recipe(text)).records().first)
    #expect(record.regularizers.keys.sorted() == ["crowding", "crowding#2", "weightsonly"])
    let shares = record.regularizers.values.compactMap(\.gradientShare)
    #expect(shares.count == 3)
    #expect(shares.reduce(0, +) <= 1)
    #expect(record.regularizers["crowding#2"]?.weight == 0.3)
  }

  /// λ moves every step; the log has that of an epoch's last.
  @Test func ramp() throws {
    let laboratory = try Laboratory()
    let text = """
      epochs: 4
      regularizers: [{type: crowding, weight: {type: linear, from: 0, to: 2, start_epoch: 1}}]

      """
    let records = try laboratory.run(try laboratory.recipe(text)).records()
    let weights = records.compactMap { $0.regularizers["crowding"]?.weight }
    let expected: [Double] = [0, 4.0 / 9, 10.0 / 9, 16.0 / 9]
    #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    let shares = records.map { $0.regularizers["crowding"]?.gradientShare }
    // Measured where it first has a weight, and in the last epoch.
    #expect(shares[0] == nil)
    #expect(shares[2] == nil)
    #expect(shares[1] ?? 0 > 0)
    #expect(shares[3] ?? 0 > 0)
  }

  @Test(arguments: [
    ("constant", "0.1", "had a gradient of exactly zero whenever it was measured"),
    ("crowding", "0", "had weight 0 throughout"),
    ("crowding", "{type: from-epoch, value: 1, start_epoch: 9}", "had weight 0 throughout"),
  ])
  func whatChangesNothingIsSaid(_ name: String, _ weight: String, _ words: String) throws {
    let laboratory = try Laboratory()
    let text = "epochs: 1\nregularizers: [{type: \(name), weight: \(weight)}]\n"
    let notes = try laboratory.run(try laboratory.recipe(text)).summary.notes.words
    let expected =
      "warning: regularizer '\(name)' \(words)"
      + (name == "constant" ? " in" : "") + " stage 'train': it changed nothing"
    #expect(notes == [expected])
  }

  @Test(arguments: [
    (
      "{type: shift}", "crowding",
      """
      r.yaml:8:23: error: regularizer 'crowding' cannot be applied: adapter 'shift' does not decompose into subspaces
       8 | regularizers: [{type: crowding}]
         |                       ^~~~~~~~
        remove the regularizer, or choose an adapter that petl list marks
      """
    ),
    (
      "{type: squashed}", "weightsonly",
      """
      r.yaml:8:23: error: regularizer 'weightsonly' cannot be applied to adapter 'squashed': it has no input directions, so there is no weight space
       8 | regularizers: [{type: weightsonly}]
         |                       ^~~~~~~~~~~
      """
    ),
    (
      "{type: lora, rank: 1}", "crowding",
      """
      r.yaml:8:23: error: regularizer 'crowding' cannot be applied to adapter 'lora': an adapter of rank 1 has no pairs of subspaces
       8 | regularizers: [{type: crowding}]
         |                       ^~~~~~~~
      """
    ),
  ])
  func whatCannotBe(_ adapter: String, _ regularizer: String, _ expected: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(
      "regularizers: [{type: \(regularizer)}]\n", adapter: adapter)
    let found = complaint { try Plan(recipe) }
    #expect(found == expected)
  }

  @Test func nonlinearAdapterIsRegularized() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.recipe(
      "epochs: 1\nregularizers: [{type: crowding}]\n", adapter: "{type: squashed}")
    let trial = try laboratory.run(recipe)
    let figures = try #require(try trial.records().first?.regularizers["crowding"])
    #expect(figures.gradientShare ?? 0 > 0)
    #expect(trial.summary.adapterFormat == "petl")
  }
}
