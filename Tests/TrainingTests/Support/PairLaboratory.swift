import Backbones
import Checkpoints
import Datasets
import Foundation
import PETL
import Recipes
import TestSupport

@testable import Training

/// A folder with a tiny random CLIP, rendered scenes with captions, and a vocabulary.
final class PairLaboratory {
  private let scratch: ScratchFolder
  var folder: String { scratch.path }
  /// The folder of the model: weights, description and vocabulary.
  var weights: String { folder + "/clip" }
  /// JSON lines of all three splits.
  var pairs: String { folder + "/pairs.jsonl" }

  /// - Parameter counts: scenes to train on, to validate and to test.
  /// - Throws: when a file cannot be written.
  init(_ counts: (train: Int, val: Int, test: Int) = (24, 12, 12)) throws {
    scratch = try ScratchFolder()
    try scratch.copy(fixture: "clip/hf", to: "clip")
    try writePairs(counts)
  }

  /// Scenes of one shape in one of sixteen places; two captions of each say which and where.
  private func writePairs(_ counts: (train: Int, val: Int, test: Int)) throws {
    let size = 16
    let scenes = ShapeScenes.renderPretraining(
      seed: 3, count: counts.train + counts.val + counts.test, size: size)
    var records: [TensorRecord] = []
    var lines: [String] = []
    var start = 0
    for (split, count) in [("train", counts.train), ("val", counts.val), ("test", counts.test)] {
      let length = size * size * 3
      records += [
        TensorRecord(
          name: "\(split)_images", type: .u8, shape: [count, size, size, 3],
          bytes: Array(scenes.images[start * length..<(start + count) * length])),
        TensorRecord.int64("\(split)_labels", shape: [count], Array(repeating: 0, count: count)),
      ]
      for index in 0..<count {
        let labels = scenes.labels[start + index]
        let shape = ["circle", "square", "triangle", "star", "cross", "ring"][labels.shape % 6]
        let (row, column) = (labels.location / 4, labels.location % 4)
        lines.append(
          """
          {"image": "set.safetensors#\(split)/\(index)", "split": "\(split)", "captions": \
          ["a \(shape), row \(row) column \(column)", "\(labels.count) in place \(labels.location)"]}
          """)
      }
      start += count
    }
    try SafetensorsWriter.write(records, metadata: [:], to: folder + "/set.safetensors")
    try lines.joined(separator: "\n").write(toFile: pairs, atomically: true, encoding: .utf8)
  }

  /// A recipe on the tiny CLIP: LoRA on both towers, all linear maps.
  func recipe(
    _ text: String = "", _ overrides: [String] = [], registry: PluginRegistry = testPlugins
  ) throws -> Recipe {
    let base = """
      task: retrieval
      threads: 1
      backbone: {type: clip, weights: \(weights)}
      data: {type: pairs, path: \(pairs)}
      adapter: {type: lora, rank: 4, sites: [query, value, fc1, fc2]}
      batch_size: 12
      optimizer: {learning_rate: 1e-2}

      """
    let length = text.contains("epochs:") ? "" : "epochs: 2\n"
    return try Recipe(
      text: base + length + text, name: "r.yaml", overrides: overrides, registry: registry)
  }
}
