import Datasets
import Networks
import Optimization
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

  /// Whether a data set has a validation split that the recipe does not train on.
  func hasValidation(_ dataset: Dataset) -> Bool {
    dataset.val != nil && data.trainSplit == .train
  }

  /// How many training images each class of a data set has.
  ///
  /// - Throws: `DiagnosticError` when there is no such split.
  func classCounts(_ dataset: Dataset) throws -> ClassCounts {
    ClassCounts(
      labels: try dataset.images(of: data.trainSplit).labels, classes: dataset.classes.count)
  }

  /// Reports what the recipe asks of its images and these do not have: examples for a batch, and the
  /// split that chooses the epoch.
  func check(_ dataset: Dataset, _ problems: inout [Diagnostic]) throws {
    try problems.collect(at: data.span) {
      try checkBatches(of: dataset.images(of: data.trainSplit).count)
    }
    if selection == .bestVal, !hasValidation(dataset) {
      problems.append(
        Diagnostic(
          "selection: best-val needs a validation split that is not trained on", at: data.span,
          hints: ["choose selection: last"]))
    }
    if selection == .bestTest, dataset.test == nil {
      problems.append(
        Diagnostic(
          "selection: best-test needs a test split", at: data.span,
          hints: ["choose selection: best-val, or last"]))
    }
  }

  /// Refuses a split that cannot be measured.
  ///
  /// - Throws: `DiagnosticError` when there is no such split, or it is trained on as a part of another.
  package func check(_ split: Split, of dataset: Dataset) throws {
    let trainsOnBoth = data.trainSplit != .train
    if dataset.splits.contains(split), !(trainsOnBoth && split == .val) { return }
    throw noSplit(split, of: dataset)
  }

  /// The error that there is no such split to be measured.
  package func noSplit(_ split: Split, of dataset: Dataset) -> DiagnosticError {
    DiagnosticError(
      "data set '\(dataset.name)' has no split '\(split.rawValue)'"
        + (data.trainSplit == .train ? "" : " that is not trained on"))
  }
}
