import Checkpoints
import Foundation
import LoRA
import PETL
import PoLAR
import Recipes
import Testing

@testable import Networks
@testable import Training

/// Whole runs with constrained adapters and with SGD.
@Suite struct ManifoldRunTests {
  private func recipe(
    _ laboratory: Laboratory, adapter: String, optimizer: String
  ) throws -> Recipe {
    try Recipe(
      text: """
        threads: 1
        backbone: {weights: \(laboratory.weights)}
        data: {type: safetensors, path: \(laboratory.data)}
        adapter: \(adapter)
        optimizer: \(optimizer)
        batch_size: 16
        epochs: 3

        """, name: "r.yaml",
      registry: PluginRegistry(
        adapters: [LoRA.self, PoLAR.self, StelLA.self], regularizers: []))
  }

  @Test(arguments: [
    ("polar, geometry: landing", "adamw, learning_rate: 1e-3", 0.1),
    ("polar, geometry: polar", "adamw, learning_rate: 1e-2", 1e-5),
    ("polar, geometry: qr", "sgd, learning_rate: 1e-2", 1e-5),
    ("polar, geometry: spel", "sgd, learning_rate: 1e-2, nesterov: true", 1e-5),
    ("stella", "adamw, learning_rate: 1e-2", 1e-5),
  ])
  func staysNearTheManifold(_ adapter: String, _ optimizer: String, _ bound: Double) throws {
    let laboratory = try Laboratory()
    let recipe = try recipe(
      laboratory, adapter: "{type: \(adapter), rank: 4}", optimizer: "{type: \(optimizer)}")
    let before = try Experiment(recipe).model.snapshot().mapValues(\.values)
    let trial = try laboratory.run(recipe)
    let records = try trial.records()
    let distances = records.compactMap(\.constraintDistance)
    #expect(distances.count == 3, "\(distances)")
    #expect(distances.allSatisfy { $0 <= bound }, "\(distances)")
    #expect(records[2].taskLoss < records[0].taskLoss)
    let after = try trial.parameters()
    let unmoved = before.filter { after[$0.key] == $0.value }.keys
    #expect(unmoved.isEmpty)
    #expect(trial.summary.adapterFormat == "peft")
  }

  /// The free geometry has no distance to log.
  @Test func noDistanceWithoutAConstraint() throws {
    let laboratory = try Laboratory()
    let trial = try laboratory.run(
      try recipe(laboratory, adapter: "{type: lora}", optimizer: "{type: sgd}"))
    let distances = try trial.records().compactMap(\.constraintDistance)
    #expect(distances.isEmpty)
  }
}
