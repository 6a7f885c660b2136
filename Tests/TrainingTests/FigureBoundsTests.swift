import Checkpoints
import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Studies
@testable import Training

/// Figures that no run leaves, in every file that is read again.
@Suite struct FigureBoundsTests {
  private func stage(epochs: Int = 2, seconds: Double = 1) -> StageResult {
    StageResult(
      title: "a", epochs: epochs, regularizes: false, keptEpoch: 2, trainingSeconds: seconds,
      taskLoss: 1)
  }

  private func summary(_ stages: [StageResult]) -> RunSummary {
    RunSummary(
      name: "r", seed: 0, threads: 1, adapterParameters: 1, headParameters: 1, stages: stages,
      notes: [])
  }

  @Test(arguments: [
    (Double.nan, "nan"), (.infinity, "inf"), (-1, "-1.0"), (1e19, "1e+19"),
  ])
  func times(_ seconds: Double, _ text: String) {
    #expect(
      summary([stage(seconds: seconds)]).faults == [
        "stage 'a': `trainingSeconds` is \(text), expected seconds from 0 to 1e12"
      ])
  }

  @Test(arguments: [Int.max, Int.min, -1]) func counts(_ count: Int) {
    var wrong = summary([stage(epochs: count)])
    (wrong.adapterParameters, wrong.headParameters, wrong.threads) = (count, count, count)
    wrong.resumptions = count
    #expect(wrong.faults.count == 5)
    #expect(
      wrong.faults.last == "stage 'a': `epochs` is \(count), expected 0 to 1099511627776")
  }

  @Test func whatARunLeavesIsSound() {
    #expect(summary([stage(), stage(epochs: 1_000_000, seconds: 1e9)]).faults.isEmpty)
  }

  @Test func filesAreRefused() throws {
    let laboratory = try Laboratory()
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    try folder.write(summary([stage(epochs: .max)]), to: "summary.json")
    let text = complaint { try folder.summary() }
    #expect(text.contains("summary.json: stage 'a': `epochs` is 9223372036854775807"), "\(text)")
    let record = EpochRecord(
      stage: "a", epoch: .min, step: .max, taskLoss: .nan, regularizers: [:],
      redundancyBySite: [:], gradientNorm: .infinity, learningRate: 1, imagesPerSecond: 1e300)
    try folder.append(record)
    let lines = complaint { try folder.records() }
    #expect(lines.contains("metrics.jsonl:1: `epoch` is \(Int.min), expected 1 to"), "\(lines)")
    #expect(lines.contains("metrics.jsonl:1: `step` is \(Int.max), expected 0 to"), "\(lines)")
  }

  /// A run's folder is removed before it is trained anew: it must lie in the sweep's.
  @Test(arguments: ["../other", "/tmp/x", "..", "", ".hidden", "a/b"])
  func foldersOfASweepAreNames(_ folder: String) throws {
    let entry = SweepEntry(number: .max, folder: folder, key: "k", changes: [:])
    #expect(entry.faults.count == 2)
    #expect(entry.faults[1].hasPrefix("`folder` is \(folder.debugDescription), expected the name"))
    let laboratory = try Laboratory()
    let file = laboratory.folder + "/sweep.json"
    try JSONEncoder().encode([entry]).write(to: URL(fileURLWithPath: file))
    let text = complaint { try SweepOutcome.entries(of: laboratory.folder) }
    #expect(text.contains("sweep.json: run 1: `folder` is"), "\(text)")
  }
}
