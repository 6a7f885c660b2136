import Backbones
import Checkpoints
import Datasets
import Foundation
import LoRA
import PETL
import Recipes
import Testing

@testable import Training

/// A folder of its own with a tiny random network, a few digits and room for runs.
final class Laboratory {
  /// The folder; gone when the laboratory is.
  let folder: String
  /// Width 16, depth 2, 8-pixel images in patches of 4.
  var weights: String { folder + "/tiny.safetensors" }
  /// 48 digits to train on, 24 to validate, 24 to test, 8 pixels wide.
  var data: String { folder + "/digits.safetensors" }

  init() throws {
    folder = NSTemporaryDirectory() + "petl-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeNetwork()
    try writeDigits(to: data)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static let configuration = ViTConfiguration(
    imageSize: 8, patchSize: 4, width: 16, depth: 2, heads: 2, mlpWidth: 32)

  private func writeNetwork() throws {
    let network = ViT(untrained: Self.configuration, generator: RandomGenerator(seed: 5))
    let records = network.parameters.map { name, parameter in
      // Larger than a network starts with, so that the inputs matter to the features.
      TensorRecord.float32(
        name, shape: parameter.value.shape,
        parameter.value.values.map { name.hasSuffix("weight") && $0 != 1 ? $0 * 8 : $0 })
    }
    try SafetensorsWriter.write(records, metadata: ["heads": "2"], to: weights)
  }

  /// Writes a set of digits; `splits` leaves some out, `relabel` changes the test labels.
  func writeDigits(
    to path: String, splits: [String] = ["train", "val", "test"], relabel: (Int) -> Int = { $0 }
  ) throws {
    let digits = try #require(try Dataset.embedded(named: "digits").train?.pixels)
    let parts = [("train", 0..<48), ("val", 48..<72), ("test", 72..<96)]
    let records = parts.filter { splits.contains($0.0) }.flatMap { split, range in
      let part = digits.selecting(range)
      let labels = split == "test" ? part.labels.map(relabel) : part.labels
      return [
        TensorRecord(name: "\(split)_images", type: .u8, shape: part.shape, bytes: part.images),
        TensorRecord.int64("\(split)_labels", shape: [range.count], labels),
      ]
    }
    let classes = "[" + (0..<10).map { "\"\($0)\"" }.joined(separator: ",") + "]"
    try SafetensorsWriter.write(records, metadata: ["classes": classes], to: path)
  }

  /// A recipe on the tiny network: one thread, three steps of 16 digits an epoch, two epochs.
  func recipe(
    _ text: String = "", adapter: String = "{type: lora, rank: 4}", data section: String? = nil,
    _ overrides: [String] = []
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
      registry: testPlugins)
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

/// What the `DiagnosticError` that `body` must throw prints; a failure of the test if it does not.
func complaint<Result>(
  _ body: () throws -> Result, at location: SourceLocation = #_sourceLocation
) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as DiagnosticError {
    return error.description
  } catch {
    Issue.record("not a DiagnosticError: \(error)", sourceLocation: location)
  }
  return ""
}
