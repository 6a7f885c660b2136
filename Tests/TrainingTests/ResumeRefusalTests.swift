import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Optimization
@testable import Training

/// What a run does not go on from.
@Suite struct ResumeRefusalTests {
  /// Other data, another recipe, other weights of the adapter: refused, and nothing is changed.
  @Test func refusals() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try laboratory.interrupted()
    let data = complaint {
      try Runner(try Experiment(recipe), folder: folder, provenance: ["data_sha256": "2"]).resume()
    }
    #expect(
      data.hasPrefix(
        "error: \(folder.path): cannot be resumed: the data changed since it was started"))
    let other = try laboratory.resumable(
      "{type: lora, rank: 4}", "{type: adamw, learning_rate: 2e-2}", "")
    let changed = complaint { try Runner(try Experiment(other), folder: folder).resume() }
    #expect(changed.contains("the recipe is not that of the run's checkpoints"))
    let none = complaint { try Runner(try Experiment(recipe)).resume() }
    #expect(none == "error: a run without a folder cannot be resumed")
    try Data().write(to: URL(fileURLWithPath: folder.file("metrics.jsonl")))
    let metrics = complaint { try Runner(try Experiment(recipe), folder: folder).resume() }
    #expect(metrics.contains("holds 0 bytes, and "))
    try FileManager.default.removeItem(atPath: folder.file("run.json"))
    let old = complaint { try Runner(try Experiment(recipe), folder: folder).resume() }
    #expect(old.contains("the run cannot be resumed: there is no run.json"))
  }

  /// What a disk cannot hold is refused before anything is trained.
  @Test func tooLittleSpace() throws {
    let laboratory = try Laboratory()
    let experiment = try Experiment(
      laboratory.resumable("{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", ""))
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    #expect(throws: Never.self) {
      try folder.requireSpace(for: experiment.network, stages: 3)
    }
    let found = complaint {
      try folder.requireSpace(for: experiment.network, stages: 1 << 40)
    }
    #expect(found.contains("\(folder.path): the disk has "))
    #expect(found.contains("--output"))
  }

  /// A checkpoint that says what none can, its digest made anew.
  @Test(arguments: Forgery.allCases) func forgedCheckpoints(_ forgery: Forgery) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.resumable(
      "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}",
      "selection: best-val\n")
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: 7)
    let experiment = try Experiment(recipe)
    let runner = Runner(
      experiment, folder: folder, observer: interrupter, stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    let last = try #require(folder.checkpoints().first)
    let checkpoint = try ResumePoint(path: last)
    var (state, snapshot) = (checkpoint.state, try checkpoint.load(into: experiment.network))
    try forgery.apply(&state, &snapshot)
    state.progress = snapshot.progress
    for path in folder.checkpoints() { try FileManager.default.removeItem(atPath: path) }
    try ResumePoint.write(
      state, snapshot, of: experiment.network, to: last, metadata: [:])
    let metrics = try Data(contentsOf: URL(fileURLWithPath: folder.file("metrics.jsonl")))
    let text = complaint { try Runner(try Experiment(recipe), folder: folder).resume() }
    #expect(text.contains(forgery.words), "\(text)")
    let after = try Data(contentsOf: URL(fileURLWithPath: folder.file("metrics.jsonl")))
    #expect(metrics.starts(with: after))
  }

  /// What a checkpoint may claim, and the words that refuse it.
  enum Forgery: CaseIterable {
    case bytes, epoch, lateEpoch, step, seconds, negative, resumptions, results, title, count, kept
    case keptShape, keptMissing, keptStranger, keptEpoch, moment, interval

    var words: String {
      switch self {
      case .bytes: "`metricsBytes` is -1, expected 0 to"
      case .epoch: "`epoch` is \(Int.min), expected 1 to"
      case .lateEpoch: "it stands in epoch 1000, the stage has 2"
      case .step: "it stands after step 1000, an epoch has 3"
      case .seconds: "`seconds` is inf, expected seconds"
      case .negative: "`resumptions` is -3"
      case .resumptions: "`resumptions` is \(Int.max)"
      case .results, .title: "the run has base, refine, control-refine"
      case .count: "`counts.adamw.steps` is \(Int.max)"
      case .kept: "of 0 epochs it keeps epoch 1"
      case .keptShape: "has shape [1, 1], expected ["
      case .keptMissing: "' is missing, expected ["
      case .keptStranger: "tensor 'kept.stranger' is unexpected"
      case .keptEpoch: "of 1 epochs it keeps epoch 7"
      case .moment: "has shape [3]"
      case .interval: "`shares.interval` is 0, expected 1 to"
      }
    }

    func apply(
      _ state: inout ResumePoint.State, _ snapshot: inout StageSnapshot
    ) throws {
      let name = snapshot.kept?.keys.sorted().first ?? ""
      switch self {
      case .bytes: state.metricsBytes = -1
      case .epoch: snapshot.progress.epoch = .min
      case .lateEpoch: snapshot.progress.epoch = 1000
      case .step: snapshot.progress.step = 1000
      case .seconds: snapshot.progress.seconds = .infinity
      case .negative: state.resumptions = -3
      case .resumptions: state.resumptions = .max
      case .results: state.results = Array(repeating: state.results[0], count: 9)
      case .title: state.title = "other"
      case .count: state.counts["adamw.steps"] = .max
      case .kept: snapshot.progress.epoch = 1
      case .keptShape: snapshot.kept?[name] = .zeros([1, 1])
      case .keptMissing: snapshot.kept?[name] = nil
      case .keptStranger: snapshot.kept?["stranger"] = .zeros([1])
      case .keptEpoch: snapshot.progress.kept?.epoch = 7
      case .moment:
        let moment = snapshot.optimizer.tensors.keys.sorted()[0]
        snapshot.optimizer.tensors[moment] = .zeros([3])
      case .interval:
        // Every `interval`th epoch measures: a remainder by 0 traps.
        let forged = #"{"epochs":2,"interval":0,"active":[],"measured":[],"moved":[]}"#
        snapshot.progress.shares = try JSONDecoder().decode(
          ShareMeasurement.self, from: Data(forged.utf8))
      }
    }
  }
}
