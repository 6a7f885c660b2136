import Checkpoints
import Foundation
import PETL

/// A Vision Transformer of width 16 for images of 8 pixels, 44 random images and a recipe.
enum SmallExperiment {
  /// Writes `tiny.safetensors`, `data.safetensors` and `r.yaml`.
  static func write(to folder: String) throws {
    var stream = RandomGenerator(seed: 1)
    let shapes: [(String, [Int])] =
      [
        ("cls_token", [1, 1, 16]), ("pos_embed", [1, 5, 16]), ("patch_embed.proj.bias", [16]),
        ("patch_embed.proj.weight", [16, 3, 4, 4]), ("norm.weight", [16]), ("norm.bias", [16]),
        ("head.weight", [3, 16]), ("head.bias", [3]),
      ]
      + (0..<2).flatMap { layer in
        [
          ("norm1.weight", [16]), ("norm1.bias", [16]), ("attn.qkv.weight", [48, 16]),
          ("attn.qkv.bias", [48]), ("attn.proj.weight", [16, 16]), ("attn.proj.bias", [16]),
          ("norm2.weight", [16]), ("norm2.bias", [16]), ("mlp.fc1.weight", [32, 16]),
          ("mlp.fc1.bias", [32]), ("mlp.fc2.weight", [16, 32]), ("mlp.fc2.bias", [16]),
        ].map { ("blocks.\(layer).\($0.0)", $0.1) }
      }
    let weights = shapes.map { name, shape in
      TensorRecord.float32(name, shape: shape, stream.normal(shape.reduce(1, *)))
    }
    try SafetensorsWriter.write(
      weights, metadata: ["heads": "2"], to: "\(folder)/tiny.safetensors")
    let records = [("train", 24), ("val", 8), ("test", 12)].flatMap { split, count in
      let bytes = stream.uniform(count * 192).map { UInt8(255 * $0) }
      return [
        TensorRecord(name: "\(split)_images", type: .u8, shape: [count, 8, 8, 3], bytes: bytes),
        TensorRecord.int64("\(split)_labels", shape: [count], (0..<count).map { $0 % 3 }),
      ]
    }
    try SafetensorsWriter.write(records, metadata: [:], to: "\(folder)/data.safetensors")
    let recipe = """
      name: tiny
      seed: 3
      threads: 1
      backbone: {type: vit, weights: \(folder)/tiny.safetensors, heads: 2}
      data: {type: safetensors, path: \(folder)/data.safetensors, normalization: none}
      adapter: {type: lora, rank: 2, scale: 1.0, sites: [query, value], layers: all}
      regularizers:
        - {type: resora, measure: linear, weight: {type: linear, from: 0, to: 0.1}}
      optimizer: {type: adamw, learning_rate: 1e-3, weight_decay: 1e-4}
      schedule: {type: cosine, warmup_epochs: 1}
      batch_size: 8
      control: true
      stages:
        - {name: base, epochs: 2, regularize: false}
        - {name: refine, epochs: 2}

      """
    try Data(recipe.utf8).write(to: URL(fileURLWithPath: "\(folder)/r.yaml"))
  }
}
