import Checkpoints
import Foundation
import LoRA
import Optimization
import PETL
import PoLAR
import ReSoRA
import Recipes
import TestSupport
import Testing

@testable import Training

/// Asks a run to end after a step, counted over all its stages.
private final class Interrupter: TrainingObserver {
  let stop = StopRequest()
  private var left: Int

  init(after steps: Int) { left = steps }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    left -= 1
    if left == 0 { stop.make() }
  }
}

private let registry: PluginRegistry = {
  do {
    return try PluginRegistry(
      adapters: [LoRA.self, PoLAR.self], regularizers: [Crowding.self, ReSoRA.self],
      optimizers: [Careful.self])
  } catch {
    preconditionFailure("\(error)")
  }
}()

@Suite struct ResumeTests {
  private let stages = """
    regularizers: [{type: resora, measure: auto, weight: {type: linear, to: 1, end_epoch: 1.5}}]
    control: true
    stages:
      - {name: base, epochs: 1, regularize: false}
      - {name: refine, epochs: 2}

    """

  private func recipe(
    _ laboratory: Laboratory, _ adapter: String, _ optimizer: String, _ more: String
  ) throws -> Recipe {
    let text = """
      threads: 1
      backbone: {weights: \(laboratory.weights), drop_path: 0.3}
      data: {type: safetensors, path: \(laboratory.data)}
      batch_size: 16
      adapter: \(adapter)
      optimizer: \(optimizer)

      """
    return try Recipe(text: text + more + stages, name: "r.yaml", registry: registry)
  }

  /// Runs until it ends, asked to end after so many steps each time.
  ///
  /// - Returns: how often it was cut off.
  private func run(
    _ recipe: Recipe, in folder: String, cutting steps: [Int]
  ) throws -> (folder: RunFolder, cuts: Int) {
    let run = try RunFolder(creating: folder, name: "run")
    for (cut, count) in (steps + [Int.max]).enumerated() {
      let interrupter = Interrupter(after: count)
      let runner = Runner(
        try Experiment(recipe), folder: run, provenance: ["by": "test"], observer: interrupter,
        stop: interrupter.stop)
      do {
        _ = try cut == 0 ? runner.run() : runner.resume()
        return (run, cut)
      } catch let interrupted as TrainingInterrupted {
        #expect("\(interrupted)".hasSuffix("; go on with: petl resume \(folder)"))
        let kept = run.checkpoints().count
        #expect(kept == 1 || kept == 2)
      }
    }
    preconditionFailure("The last try is not cut off.")
  }

  /// Everything that a run leaves, but for times.
  private func remains(_ folder: RunFolder) throws -> [String: Data] {
    var found: [String: Data] = [:]
    let files = FileManager.default.enumerator(atPath: folder.path)
    while let name = files?.nextObject() as? String {
      let path = folder.file(name)
      let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      if type == .typeRegular { found[name] = try Data(contentsOf: URL(fileURLWithPath: path)) }
    }
    var summary = try folder.summary()
    summary.resumptions = nil
    for index in summary.stages.indices { summary.stages[index].trainingSeconds = 0 }
    let encoder = JSONEncoder.figures([.sortedKeys])
    found["summary.json"] = try encoder.encode(summary)
    found["metrics.jsonl"] = try encoder.encode(
      folder.records().map { record in
        var record = record
        record.imagesPerSecond = 0
        return record
      })
    return found
  }

  @Test(arguments: [
    ("{type: lora, rank: 4, dropout: 0.3}", "{type: adamw, learning_rate: 1e-2}", ""),
    ("{type: lora, rank: 4}", "{type: sgd, learning_rate: 1e-2, momentum: 0.9}", "regauge: 2\n"),
    ("{type: lora, rank: 2}", "{type: riemannion, learning_rate: 1e-2}", ""),
    ("{type: lora, rank: 2}", "{type: odelora, learning_rate: 1e-2}", ""),
    ("{type: lora, rank: 2}", "{type: subzero, learning_rate: 1e-2, refresh: 4}", ""),
    ("{type: lora, rank: 2}", "{type: careful, learning_rate: 1e-2}", ""),
    ("{type: polar, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "selection: best-val\n"),
  ])
  func nothingTellsTheInterruption(_ adapter: String, _ optimizer: String, _ more: String) throws {
    let laboratory = try Laboratory()
    let recipe = try recipe(laboratory, adapter, optimizer, more)
    let (whole, _) = try run(recipe, in: laboratory.folder + "/whole", cutting: [])
    let expected = try remains(whole)
    // 3 + 6 + 6 steps: within epochs and at their ends, in the first stage, the second and the control.
    for (number, steps) in [[1], [3], [5, 1], [6, 2, 1], [9], [10], [2, 2, 2, 2, 2]].enumerated() {
      let path = laboratory.folder + "/cut\(number)"
      let (folder, cuts) = try run(recipe, in: path, cutting: steps)
      #expect(cuts == steps.count)
      let found = try remains(folder)
      let (names, expectedNames) = (found.keys.sorted(), expected.keys.sorted())
      #expect(names == expectedNames)
      for (name, bytes) in expected {
        let isEqual = found[name] == bytes
        #expect(isEqual, "\(name) after interruptions at \(steps)")
      }
      let resumptions = try folder.summary().resumptions
      #expect(resumptions == steps.count)
    }
  }

  /// What a run came to with checkpoints that a kill left at some of its steps.
  private func interrupted(_ laboratory: Laboratory, after steps: Int = 5) throws -> (
    folder: RunFolder, recipe: Recipe
  ) {
    let recipe = try recipe(
      laboratory, "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "")
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: steps)
    let runner = Runner(
      try Experiment(recipe), folder: folder, provenance: ["data_sha256": "1"],
      observer: interrupter, stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    return (folder, recipe)
  }

  /// A kill leaves lines that no checkpoint counts, half a line, a temporary file, and nothing of it harms.
  @Test func leftoversOfAKill() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try interrupted(laboratory)
    let path = folder.file("metrics.jsonl")
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"stage\": \"refi".utf8))
    try handle.close()
    let leftover = folder.file("checkpoint/.petl-1f.tmp")
    try Data([1, 2]).write(to: URL(fileURLWithPath: leftover))
    let summary = try Runner(try Experiment(recipe), folder: folder).resume()
    let records = try folder.records()
    #expect(records.map(\.epoch) == [1, 1, 2, 1, 2])
    #expect(summary.stages.count == 3)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("checkpoint"))
    #expect(
      names.sorted() == ["base.safetensors", "control-refine.safetensors", "refine.safetensors"])
  }

  /// A damaged checkpoint is passed over for the one before it, with a warning; two are an error.
  @Test func damagedCheckpoints() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try interrupted(laboratory)
    func damage(_ path: String) throws {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    let paths = folder.checkpoints()
    #expect(paths.count == 2)
    try damage(paths[0])
    let watcher = Watcher()
    let interrupter = StopRequest()
    interrupter.make()
    let runner = Runner(
      try Experiment(recipe), folder: folder, observer: watcher, stop: interrupter)
    #expect(throws: TrainingInterrupted.self) { try runner.resume() }
    let warning = "warning: the checkpoint is passed over: \(paths[0]): its contents are not those"
    let notes = watcher.notes
    #expect(notes.contains { $0.hasPrefix(warning) }, "\(notes)")
    #expect(notes.contains { $0 == "going on with stage 'base' after epoch 1" }, "\(notes)")
    for path in folder.checkpoints() { try damage(path) }
    let found = complaint { try Runner(try Experiment(recipe), folder: folder).resume() }
    #expect(found.split(separator: "\n").count == folder.checkpoints().count, "\(found)")
  }

  /// Other data, another recipe, other weights of the adapter: refused, and nothing is changed.
  @Test func refusals() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try interrupted(laboratory)
    let data = complaint {
      try Runner(try Experiment(recipe), folder: folder, provenance: ["data_sha256": "2"]).resume()
    }
    #expect(
      data.hasPrefix(
        "error: \(folder.path): cannot be resumed: the data changed since it was started"))
    let other = try self.recipe(
      laboratory, "{type: lora, rank: 4}", "{type: adamw, learning_rate: 2e-2}", "")
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

  /// Before there is a checkpoint a run starts at its start.
  @Test func resumingFromTheStart() throws {
    let laboratory = try Laboratory()
    let recipe = try recipe(
      laboratory, "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "")
    let (whole, _) = try run(recipe, in: laboratory.folder + "/whole", cutting: [])
    let (folder, _) = try interrupted(laboratory)
    for path in folder.checkpoints() { try FileManager.default.removeItem(atPath: path) }
    _ = try Runner(try Experiment(recipe), folder: folder, provenance: [:]).resume()
    let (expected, found) = try (whole.records().map(\.taskLoss), folder.records().map(\.taskLoss))
    #expect(expected == found)
  }

  /// What a disk cannot hold is refused before anything is trained.
  @Test func tooLittleSpace() throws {
    let laboratory = try Laboratory()
    let experiment = try Experiment(
      recipe(laboratory, "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", ""))
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
    let recipe = try recipe(
      laboratory, "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}",
      "selection: best-val\n")
    let folder = try RunFolder(creating: laboratory.folder + "/run", name: "run")
    let interrupter = Interrupter(after: 7)
    let experiment = try Experiment(recipe)
    let runner = Runner(
      experiment, folder: folder, observer: interrupter, stop: interrupter.stop)
    #expect(throws: TrainingInterrupted.self) { try runner.run() }
    let last = try #require(folder.checkpoints().first)
    let checkpoint = try RunCheckpoint(path: last)
    var (state, snapshot) = (checkpoint.state, try checkpoint.load(into: experiment.network))
    try forgery.apply(&state, &snapshot)
    state.progress = snapshot.progress
    for path in folder.checkpoints() { try FileManager.default.removeItem(atPath: path) }
    try RunCheckpoint.write(
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
      _ state: inout RunCheckpoint.State, _ snapshot: inout StageSnapshot
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
