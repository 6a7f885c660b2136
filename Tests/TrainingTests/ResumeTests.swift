import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

@Suite struct ResumeTests {
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
    (
      "{type: lora, rank: 3, bias: all, modules_to_save: [norm1, mlp], rank_pattern: {value: 2}}",
      "{type: adamw, learning_rate: 1e-2}", ""
    ),
    ("{type: lora, rank: 2}", "{type: riemannion, learning_rate: 1e-2}", ""),
    ("{type: lora, rank: 2}", "{type: odelora, learning_rate: 1e-2}", ""),
    ("{type: lora, rank: 2}", "{type: subzero, learning_rate: 1e-2, refresh: 4}", ""),
    ("{type: lora, rank: 2}", "{type: careful, learning_rate: 1e-2}", ""),
    ("{type: polar, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "selection: best-val\n"),
  ])
  func nothingTellsTheInterruption(_ adapter: String, _ optimizer: String, _ more: String) throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.resumable(adapter, optimizer, more)
    try compare(laboratory, recipe)
  }

  /// Rules go on from what they had gathered.
  @Test(arguments: [
    ("{type: lora, rank: 4}", "{type: ema, decay: 0.8}", ""),
    ("{type: lora, rank: 4}", "{type: ema, decay: 0.8, warmup: true}", "selection: best-val\n"),
    ("{type: lora, rank: 4}", "{type: lora-plus}, {type: starting}", ""),
    ("{type: lora, rank: 4}", "{type: early-stopping, patience: 1, min_delta: 1}", ""),
    (
      "{type: adalora, init_r: 4, target_r: 2, tinit: 1, tfinal: 1}", "{type: ema, decay: 0.5}",
      ""
    ),
  ])
  func rulesGoOn(_ adapter: String, _ rules: String, _ more: String) throws {
    let laboratory = try Laboratory()
    let stages =
      adapter.contains("adalora")
      ? "stages: [{name: base, epochs: 1}, {name: refine, epochs: 2}]\n"
      : "stages: [{name: base, epochs: 1, regularize: false}, {name: refine, epochs: 3}]\n"
    let text =
      "rules: [\(rules)]\n\(more)regularizers: [{type: crowding}]\ncontrol: true\nepochs: 1\n"
    let recipe = try laboratory.hooked(
      text.replacing("epochs: 1\n", with: stages), adapter: adapter,
      optimizer: "{learning_rate: 1e-2}")
    try compare(laboratory, recipe)
  }

  /// An epoch that is gone on with changes its images as the whole one did.
  @Test func changedImages() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.resumable(
      "{type: lora, rank: 2}", "{type: adamw, learning_rate: 1e-2}", "",
      data: ", augmentation: {crop: random-resized, flip: 0.5, rand_augment: 1, mixup: 1}")
    try compare(laboratory, recipe)
  }

  private func compare(_ laboratory: Laboratory, _ recipe: Recipe) throws {
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

  /// A kill leaves lines that no checkpoint counts, half a line, a temporary file, and nothing of it harms.
  @Test func leftoversOfAKill() throws {
    let laboratory = try Laboratory()
    let (folder, recipe) = try laboratory.interrupted()
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
    let (folder, recipe) = try laboratory.interrupted()
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

  /// Before there is a checkpoint a run starts at its start.
  @Test func resumingFromTheStart() throws {
    let laboratory = try Laboratory()
    let recipe = try laboratory.resumable(
      "{type: lora, rank: 4}", "{type: adamw, learning_rate: 1e-2}", "")
    let (whole, _) = try run(recipe, in: laboratory.folder + "/whole", cutting: [])
    let (folder, _) = try laboratory.interrupted()
    for path in folder.checkpoints() { try FileManager.default.removeItem(atPath: path) }
    _ = try Runner(try Experiment(recipe), folder: folder, provenance: [:]).resume()
    let (expected, found) = try (whole.records().map(\.taskLoss), folder.records().map(\.taskLoss))
    #expect(expected == found)
  }
}
