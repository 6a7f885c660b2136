import Backbones
import Checkpoints
import Datasets
import Foundation
import LoRA
import PETL
import Recipes
import TestSupport
import Testing

@testable import Training

/// A folder of its own with a tiny random network, a few digits and room for runs.
final class Laboratory {
  let scratch: ScratchFolder
  /// The folder; gone when the laboratory is.
  var folder: String { scratch.path }
  /// Width 16, depth 2, 8-pixel images in patches of 4.
  var weights: String { folder + "/tiny.safetensors" }
  /// 48 digits to train on, 24 to validate, 24 to test, 8 pixels wide.
  var data: String { folder + "/digits.safetensors" }

  init() throws {
    scratch = try ScratchFolder()
    try SmallViT.write(to: weights, gain: 8)
    try SmallSets.writeDigits(to: data)
  }

  /// A recipe on the tiny network: one thread, three steps of 16 digits an epoch, two epochs.
  func recipe(
    _ text: String = "", adapter: String = "{type: lora, rank: 4}", data section: String? = nil,
    _ overrides: [String] = [], registry: PluginRegistry = testPlugins
  ) throws -> Recipe {
    let base = """
      threads: 1
      backbone: {weights: \(weights)}
      data: \(section ?? "{type: safetensors, path: \(data)}")
      batch_size: 16
      optimizer: {learning_rate: 1e-2}

      """
    let method = adapter.isEmpty ? "" : "adapter: \(adapter)\n"
    let length = text.contains("epochs:") ? "" : "epochs: 2\n"
    return try Recipe(
      text: base + method + length + text, name: "r.yaml", overrides: overrides,
      registry: registry)
  }

  /// Trains what a recipe says in a new folder.
  func run(
    _ recipe: Recipe, in name: String = "run", observer: (any TrainingObserver)? = nil
  ) throws -> Trial {
    let experiment = try Experiment(recipe)
    let run = try RunFolder(creating: "\(folder)/\(name)", name: recipe.name)
    let summary = try Runner(
      experiment, folder: run, provenance: ["by": "test"], observer: observer
    ).run()
    return Trial(folder: run, summary: summary, experiment: experiment)
  }
}

/// What a run left behind.
struct Trial {
  let folder: RunFolder
  let summary: RunSummary
  let experiment: Experiment

  /// The lines of `metrics.jsonl`.
  func records() throws -> [EpochRecord] { try metrics(folder) }

  /// The bytes of a stage's checkpoint.
  func checkpoint(_ stage: String = "train") throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.file("checkpoint/\(stage).safetensors")))
  }

  /// A stage's parameters by name.
  func parameters(_ stage: String = "train") throws -> [String: [Float]] {
    let file = try SafetensorsFile(path: folder.file("checkpoint/\(stage).safetensors"))
    return try Dictionary(
      uniqueKeysWithValues: file.entries.map { ($0.name, try file.floats($0.name)) })
  }
}

/// The whole lines of a folder's metrics; fails on a line that is no record.
func metrics(_ folder: RunFolder) throws -> [EpochRecord] {
  let text = try String(contentsOfFile: folder.file("metrics.jsonl"), encoding: .utf8)
  #expect(text.hasSuffix("\n"))
  let decoder = JSONDecoder()
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return try text.split(separator: "\n").map {
    try decoder.decode(EpochRecord.self, from: Data($0.utf8))
  }
}
