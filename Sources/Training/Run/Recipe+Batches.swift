import PETL
import Recipes

extension Recipe {
  /// How many steps go through some examples once.
  func stepsPerEpoch(of examples: Int) -> Int {
    dropLast ? examples / batchSize : (examples + batchSize - 1) / batchSize
  }

  /// Refuses an epoch without a step.
  ///
  /// - Throws: `DiagnosticError` when examples that do not fill a batch are left out and there are no
  ///   others.
  func checkBatches(of examples: Int) throws {
    guard stepsPerEpoch(of: examples) == 0 else { return }
    throw DiagnosticError(
      "drop_last leaves no batch: there are \(examples) training examples, batch_size is \(batchSize)",
      hints: ["make batch_size smaller, or set drop_last: false"])
  }
}
