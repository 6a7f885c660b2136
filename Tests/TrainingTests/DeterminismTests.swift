import Foundation
import PETL
import TestSupport
import Testing

@testable import Training

private let noisy = "{type: lora, rank: 4, dropout: 0.3}"
private let stages = """
  control: true
  stages:
    - {name: base, epochs: 1, regularize: false}
    - {name: refine, epochs: 2}
    - {name: end, epochs: 1, regularize: false}

  """

@Suite struct DeterminismTests {
  @Test func sameSeedSameBytes() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding}]\n" + stages
    let change = ["backbone.drop_path=0.5"]
    let first = try laboratory.run(try laboratory.recipe(text, adapter: noisy, change), in: "a")
    let second = try laboratory.run(try laboratory.recipe(text, adapter: noisy, change), in: "b")
    let other = try laboratory.run(
      try laboratory.recipe(text, adapter: noisy, change + ["seed=1"]), in: "c")
    for stage in ["base", "refine", "end", "control-refine", "control-end"] {
      let (a, b, c) = try (
        first.checkpoint(stage), second.checkpoint(stage), other.checkpoint(stage)
      )
      #expect(a == b, "\(stage)")
      #expect(a != c, "\(stage)")
    }
    let (a, b) = try (timeless(first), timeless(second))
    #expect(a == b)
    #expect(a.count == 7)
    let adapters = try ["a", "b"].map {
      try Data(
        contentsOf: URL(
          fileURLWithPath: "\(laboratory.folder)/\($0)/adapter/adapter_model.safetensors"))
    }
    #expect(adapters[0] == adapters[1])
  }

  /// The control differs from the regularized stage in the penalty and in nothing else: the same
  /// batches, dropout, drop-path and learning rates, bit for bit.
  @Test func controlOfWeightZero() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding, weight: 0}]\n" + stages
    let change = ["backbone.drop_path=0.5"]
    let trial = try laboratory.run(try laboratory.recipe(text, adapter: noisy, change))
    for stage in ["refine", "end"] {
      let (own, control) = try (trial.parameters(stage), trial.parameters("control-\(stage)"))
      #expect(own == control, "\(stage)")
    }
    let lines = try trial.records().map { record in
      var plain = record
      plain.regularizers = [:]
      plain.imagesPerSecond = 0
      plain.stage = plain.stage.replacing("control-", with: "")
      return try line(plain)
    }
    #expect(Array(lines[1..<4]) == Array(lines[4..<7]))
    #expect(
      trial.summary.stages.map(\.name) == [
        "base", "refine", "end", "control-refine", "control-end",
      ])
  }

  /// The very first step of both sees the same loss though the penalty is not zero.
  @Test func controlStartsWhereTheStageDid() throws {
    let laboratory = try Laboratory()
    let text = "regularizers: [{type: crowding, weight: 5}]\n" + stages
    let watcher = Watcher()
    let recipe = try laboratory.recipe(text, adapter: noisy, ["backbone.drop_path=0.5"])
    let trial = try laboratory.run(recipe, observer: watcher)
    let names = watcher.order
    #expect(names == ["base", "refine", "end", "control-refine", "control-end"])
    #expect(watcher.firstLosses[1] == watcher.firstLosses[3])
    let (own, control) = try (trial.checkpoint("refine"), trial.checkpoint("control-refine"))
    #expect(own != control)
    let ended = watcher.results.map(\.name)
    #expect(ended == ["base", "refine", "end", "control-refine", "control-end"])
  }

  private func timeless(_ trial: Trial) throws -> [String] {
    try trial.records().map { record in
      var plain = record
      plain.imagesPerSecond = 0
      return try line(plain)
    }
  }

  private func line(_ record: EpochRecord) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }
}

/// Remembers what it was told.
final class Watcher: TrainingObserver {
  private(set) var order: [String] = []
  private(set) var firstLosses: [Double] = []
  private(set) var losses: [String: [Double]] = [:]
  private(set) var results: [StageResult] = []
  private(set) var allocations: [Int] = []
  private(set) var notes: [String] = []

  func note(_ note: Note) { notes.append(note.description) }

  func stageWillStart(_ name: String, epochs: Int, stepsPerEpoch: Int) { order.append(name) }

  func stepDidEnd(step: Int, of total: Int, loss: Double) {
    if step == 1 { firstLosses.append(loss) }
    losses[order.last ?? "", default: []].append(loss)
  }

  func epochDidEnd(_ record: EpochRecord) {
    allocations.append(BufferPool.statistics.systemAllocations)
  }

  func stageDidEnd(_ result: StageResult) { results.append(result) }
}
