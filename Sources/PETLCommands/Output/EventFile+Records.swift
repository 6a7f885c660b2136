import Checkpoints
import Networks
import PETL
import Reports
import Training

extension EventFile {
  /// Writes what a run logged into a folder for TensorBoard, each stage a curve of its own.
  ///
  /// - Parameters:
  ///   - records: the epochs of all stages.
  ///   - folder: gets a folder for each stage.
  /// - Throws: `DiagnosticError` when a file cannot be written.
  static func write(_ records: [EpochRecord], to folder: String) throws {
    var stages: [String] = []
    for record in records where !stages.contains(record.stage) { stages.append(record.stage) }
    for stage in stages {
      var file = EventFile()
      for record in records where record.stage == stage {
        file.add(record.curves, step: record.step)
      }
      try createFolder("\(folder)/\(stage)")
      try writeAtomically(file.bytes, to: "\(folder)/\(stage)/\(name)")
    }
  }
}

extension EpochRecord {
  /// The figures by the names that they have in TensorBoard.
  fileprivate var curves: [String: Double] {
    var curves = [
      "train/loss": taskLoss, "train/gradient norm": gradientNorm,
      "train/learning rate": learningRate, "train/examples a second": imagesPerSecond,
    ]
    curves["train/tokens a second"] = tokensPerSecond
    curves["train/constraint distance"] = constraintDistance
    for (label, own) in regularizers {
      curves["\(label)/value"] = own.value
      curves["\(label)/weight"] = own.weight
      curves["\(label)/share of the gradient"] = own.gradientShare
    }
    for (site, value) in redundancyBySite { curves["redundancy by site/\(site)"] = value }
    for (name, value) in figures ?? [:] { curves["plugins/\(name)"] = value }
    for (split, found) in [("val", validation), ("test", test)] {
      guard let found else { continue }
      curves["\(split)/loss"] = found.loss
      curves["\(split)/\(found.leading.name)"] = found.leading.value
      curves["\(split)/perplexity"] = found.perplexity
      curves["\(split)/redundancy"] = found.redundancy
    }
    return curves
  }
}
