import Datasets
import Networks
import Optimization
import PETL
import Recipes

/// Examples in splits.
protocol SplitData {
  /// The name that the user knows them by.
  var name: String { get }
  /// The splits there are.
  var splits: [Split] { get }
  /// How many examples a split has.
  ///
  /// - Throws: `DiagnosticError` when there is no such split.
  func count(of split: Split) throws -> Int
}

extension Dataset: SplitData {
  func count(of split: Split) throws -> Int { try images(of: split).count }
}

extension TextSplits: SplitData {
  func count(of split: Split) throws -> Int { try records(of: split).count }
}

extension Recipe {
  /// How many examples go through the network at once, in training and when a split is measured.
  package var examplesAtOnce: Int { min(microBatchSize ?? batchSize, batchSize) }

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
  func hasValidation(_ splits: [Split]) -> Bool {
    splits.contains(.val) && data.trainSplit == .train
  }

  /// How many training images each class of a data set has.
  ///
  /// - Throws: `DiagnosticError` when there is no such split.
  func classCounts(_ dataset: Dataset) throws -> ClassCounts {
    ClassCounts(
      labels: try dataset.images(of: data.trainSplit).labels, classes: dataset.classes.count)
  }

  /// Reports what the recipe asks of its data and these do not have: examples for a batch, and the
  /// split that chooses the epoch.
  func check(_ dataset: some SplitData, _ problems: inout [Diagnostic]) throws {
    try problems.collect(opening: data) {
      try checkBatches(of: dataset.count(of: data.trainSplit))
    }
    if selection == .bestVal, !hasValidation(dataset.splits) {
      problems.append(
        Diagnostic(
          "selection: best-val needs a validation split that is not trained on", at: data.span,
          hints: ["choose selection: last"]))
    }
    if selection == .bestTest, !dataset.splits.contains(.test) {
      problems.append(
        Diagnostic(
          "selection: best-test needs a test split", at: data.span,
          hints: ["choose selection: best-val, or last"]))
    }
  }

  /// The images that are trained on and measured: all, or those of a trial.
  func tried(_ dataset: Dataset) throws -> Dataset {
    guard let trial else { return dataset }
    return try dataset.measuring(atMost: trial.measured)
  }

  /// The texts of a split that are trained on or measured: all, or those of a trial.
  func tried<Record>(_ records: [Record], of split: Split) -> [Record] {
    guard let trial, split != data.trainSplit else { return records }
    return Array(records.prefix(trial.measured))
  }

  /// That the data lack splits.
  ///
  /// - Parameter splits: those that are there.
  /// - Returns: a sentence; none where nothing is missing.
  func remarks(onSplits splits: [Split]) -> [Note] {
    let missing = [
      (!splits.contains(.val) && data.trainSplit == .train, "validation"),
      (!splits.contains(.test), "test"),
    ].filter(\.0).map(\.1)
    return missing.isEmpty
      ? [] : [Note("the data have no \(missing.joined(separator: " and no ")) split")]
  }

  /// The splits that are trained on or measured: train and val together only where that is trained on.
  func measured(_ splits: [Split]) -> [Split] {
    splits.filter { $0 != .trainAndVal || data.trainSplit == .trainAndVal }
  }

  /// Refuses a split that cannot be measured.
  ///
  /// - Throws: `DiagnosticError` when there is no such split, or it is trained on as a part of another.
  func check(_ split: Split, of dataset: some SplitData) throws {
    let trainsOnBoth = data.trainSplit != .train
    if dataset.splits.contains(split), !(trainsOnBoth && split == .val) { return }
    throw noSplit(split, ofData: dataset)
  }

  /// The error that there is no such split to be measured.
  package func noSplit(_ split: Split, of dataset: Dataset) -> DiagnosticError {
    noSplit(split, ofData: dataset)
  }

  private func noSplit(_ split: Split, ofData dataset: some SplitData) -> DiagnosticError {
    DiagnosticError(
      "data set '\(dataset.name)' has no split '\(split.rawValue)'"
        + (data.trainSplit == .train ? "" : " that is not trained on"))
  }
}
