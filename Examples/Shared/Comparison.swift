import Foundation
import Networks
import PETL
import ReSoRA
import Recipes
import Training

/// The same training twice, without and with ReSoRA, as a table: what the examples share.
public struct Comparison {
  private let adapter: AdapterRecipe
  private let epochs: Int
  private let learningRate: Double

  /// Makes a comparison.
  ///
  /// - Parameters:
  ///   - adapter: what is trained on the embedded network.
  ///   - epochs: of either training.
  ///   - learningRate: after one epoch of warm-up.
  public init(_ adapter: AdapterRecipe, epochs: Int = 4, learningRate: Double = 5e-3) {
    self.adapter = adapter
    self.epochs = epochs
    self.learningRate = learningRate
  }

  /// What is trained: the recipe of one row.
  ///
  /// - Parameter regularizers: the only difference between the rows.
  /// - Returns: the same seed, batches and dropout for both.
  /// - Throws: `DiagnosticError` when the adapter cannot be trained so.
  public func recipe(_ regularizers: [RegularizerRecipe]) throws -> Recipe {
    try Recipe(
      backbone: BackboneRecipe(weights: "embedded:vit-micro") { $0.dropPath = 0.1 },
      data: .embedded("digits")
    ) {
      $0.name = adapter.plugin.descriptor.name
      ($0.adapter, $0.regularizers) = (adapter, regularizers)
      $0.optimizer.learningRate = learningRate
      $0.schedule.warmupEpochs = 1
      $0.stages = [StageRecipe { $0.epochs = epochs }]
    }
  }

  /// Trains both and prints the figures of the test images; mistakes end the process.
  public func run() {
    do {
      let penalty = RegularizerRecipe(
        ReSoRA.self, options: ReSoRAOptions(), weight: .constant(0.1))
      print("\(adapter.plugin.descriptor.name), \(epochs) epochs of handwritten digits")
      print("                  accuracy     loss  redundancy  seconds")
      try printRow("without ReSoRA", [])
      try printRow("with ReSoRA", [penalty])
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private func printRow(_ title: String, _ regularizers: [RegularizerRecipe]) throws {
    let summary = try Experiment(recipe(regularizers)).train()
    guard let stage = summary.stages.last, let test = stage.test else { return }
    let redundancy = test.redundancy.map { String(format: "%10.3f", $0) } ?? "         –"
    print(
      title.padding(toLength: 16, withPad: " ", startingAt: 0),
      String(format: "%8.1f %%", 100 * test.accuracy), String(format: "%7.3f", test.loss),
      redundancy, String(format: "%8.1f", stage.trainingSeconds))
    for note in summary.notes where note.kind == .warning { print("  \(note)") }
  }
}
