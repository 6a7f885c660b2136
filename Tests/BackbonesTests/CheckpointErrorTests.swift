import Backbones
import Checkpoints
import PETL
import TestSupport
import Testing

@Suite("A file of weights that does not fit")
struct CheckpointErrorTests {
  @Test("is refused with every tensor that is missing, misshaped or unexpected")
  func allAtOnce() {
    let text = complaint {
      try read { records in
        records["blocks.1.attn.proj.bias"] = nil
        records["norm.weight"] = nil
        records["head.bias"] = nil
        records["pos_embed"] = .float32("pos_embed", shape: [2, 5, 8], zeros(80))
        records["blocks.0.norm1.weight"] = .float32(
          "blocks.0.norm1.weight", shape: [1, 8], zeros(8))
        records["blocks.0.attn.q_norm.weight"] = .float32(
          "blocks.0.attn.q_norm.weight", shape: [4], zeros(4))
        records["blocks.0.mlp.fc1.bia"] = .float32("blocks.0.mlp.fc1.bia", shape: [], [0])
      }
    }
    #expect(
      text == """
        error: w.safetensors: tensor 'pos_embed' has shape [2, 5, 8]
          expected [1, 5, 8]
        error: w.safetensors: tensor 'blocks.0.norm1.weight' has shape [1, 8]
          expected [8]
        error: w.safetensors: tensor 'blocks.1.attn.proj.bias' is missing
          expected [8]
        error: w.safetensors: tensor 'norm.weight' is missing
          expected [8]
        error: w.safetensors: tensor 'head.bias' is missing
          expected [3]
        error: w.safetensors: tensor 'blocks.0.attn.q_norm.weight' is unexpected
          networks that normalise queries and keys are not supported
        error: w.safetensors: tensor 'blocks.0.mlp.fc1.bia' is unexpected
          nearest known: blocks.0.mlp.fc1.bias
        """)
  }

  @Test("is refused when a tensor has no numbers")
  func empty() {
    let text = complaint {
      try read { records in
        records["head.weight"] = .float32("head.weight", shape: [0, 8], [])
        records["head.bias"] = .float32("head.bias", shape: [0], [])
      }
    }
    #expect(text.contains("has shape [0, 8]: it has no numbers"), "\(text)")
  }

  @Test("is refused when it is no Vision Transformer at all")
  func notAViT() {
    let other = complaint {
      try read { $0 = ["stem.weight": .float32("stem.weight", shape: [1], [0])] }
    }
    #expect(
      other.hasPrefix(
        """
        error: w.safetensors: not a network whose names are known
          known are the names of timm, DeiT, MAE, DINOv2 and CLIP in timm; Hugging Face ViT
        """))
    #expect(other.hasSuffix("\n  the file's first tensors are stem.weight"))
    let flat = complaint {
      try read { $0["pos_embed"] = .float32("pos_embed", shape: [5, 8], zeros(40)) }
    }
    #expect(
      flat == """
        error: w.safetensors: not a network with the names of timm, DeiT, MAE, DINOv2 and CLIP in \
        timm: tensor 'pos_embed' has shape [5, 8]
          expected 'pos_embed' with 3 axes
        """)
    let empty = complaint { try read { $0 = [:] } }
    #expect(empty.contains("\n  the file has no tensors"))
    let hollow = complaint {
      try read { records in
        records["patch_embed.proj.weight"] = .float32(
          "patch_embed.proj.weight", shape: [0, 3, 2, 2], [])
      }
    }
    #expect(hollow.contains("'patch_embed.proj.weight' has shape [0, 3, 2, 2]"))
  }

  @Test("is refused when its sizes make no network")
  func sizes() {
    let positions = complaint {
      try read { $0["pos_embed"] = .float32("pos_embed", shape: [1, 7, 8], zeros(56)) }
    }
    #expect(
      positions == """
        error: w.safetensors: 'pos_embed' has 6 patch positions, not a square
          rectangular images are not supported
        """)
    let heads = complaint { try read(metadata: ["heads": "3", "epsilon": "-1"]) { _ in } }
    #expect(
      heads == """
        error: w.safetensors: 3 heads do not divide width 8
        error: w.safetensors: the ε of layer norms is a positive number, not -1.0
        """)
  }

  @Test("is refused when its metadata is not what it should be")
  func metadata() {
    let heads = complaint { try read(metadata: ["heads": "three"]) { _ in } }
    #expect(
      heads == """
        error: w.safetensors: metadata 'heads' is 'three'
          expected a whole number
        """)
    let epsilon = complaint { try read(metadata: ["epsilon": "tiny"]) { _ in } }
    #expect(
      epsilon == """
        error: w.safetensors: metadata 'epsilon' is 'tiny'
          expected a number
        """)
  }

  @Test(
    "does not become a network of as many blocks as a name claims",
    arguments: ["9223372036854775807", "4000000000", "-1", "7x"])
  func absurdLayer(_ layer: String) {
    let text = complaint {
      try read { records in
        records["blocks.\(layer).norm1.bias"] = .float32(
          "blocks.\(layer).norm1.bias", shape: [8], zeros(8))
      }
    }
    #expect(text.hasPrefix("error: w.safetensors: tensor 'blocks.\(layer).norm1.bias' is unex"))
    #expect(!text.contains("missing"))
  }

  @Test("is refused at an image size that is no multiple of the patch")
  func imageSize() throws {
    let checkpoint = try read { _ in }
    let text = complaint { try checkpoint.network(imageSize: 5) }
    #expect(
      text == """
        error: patches of 2 px do not divide images of 5 px
          choose a multiple of 2
        """)
    let zero = complaint { try checkpoint.network(imageSize: 0) }
    #expect(
      zero == """
        error: every size of a ViT is at least 1
          choose a multiple of 2
        """)
  }

  @Test("is refused when a tensor holds no numbers to compute with")
  func wrongType() throws {
    let checkpoint = try read { records in
      records["norm.bias"] = .int64("norm.bias", shape: [8], Array(repeating: 0, count: 8))
    }
    let text = complaint { try checkpoint.network() }
    #expect(
      text == "error: w.safetensors: tensor `norm.bias` is I64, expected F32, F16, BF16 or F64")
  }

  /// Reads a network of two blocks of width 8 after a change to its tensors.
  private func read(
    metadata: [String: String] = [:], _ change: (inout [String: TensorRecord]) -> Void
  ) throws -> ViTCheckpoint {
    var shapes: [(String, [Int])] = [
      ("cls_token", [1, 1, 8]), ("pos_embed", [1, 5, 8]),
      ("patch_embed.proj.weight", [8, 3, 2, 2]), ("patch_embed.proj.bias", [8]),
      ("norm.weight", [8]), ("norm.bias", [8]), ("head.weight", [3, 8]), ("head.bias", [3]),
    ]
    for layer in 0..<2 {
      let block = [
        ("norm1.weight", [8]), ("norm1.bias", [8]), ("attn.qkv.weight", [24, 8]),
        ("attn.qkv.bias", [24]), ("attn.proj.weight", [8, 8]), ("attn.proj.bias", [8]),
        ("norm2.weight", [8]), ("norm2.bias", [8]), ("mlp.fc1.weight", [12, 8]),
        ("mlp.fc1.bias", [12]), ("mlp.fc2.weight", [8, 12]), ("mlp.fc2.bias", [8]),
      ]
      shapes += block.map { ("blocks.\(layer).\($0.0)", $0.1) }
    }
    var records: [String: TensorRecord] = [:]
    for (name, shape) in shapes {
      records[name] = .float32(name, shape: shape, zeros(shape.reduce(1, *)))
    }
    change(&records)
    let bytes = try SafetensorsWriter.data(Array(records.values), metadata: metadata)
    return try ViTCheckpoint(SafetensorsFile(bytes: bytes, name: "w.safetensors"))
  }

  private func zeros(_ count: Int) -> [Float] { Array(repeating: 0, count: count) }
}
