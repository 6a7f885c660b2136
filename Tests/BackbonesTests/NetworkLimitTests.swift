import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("Sizes of a network beyond every network")
struct NetworkLimitTests {
  @Test("are refused before anything is made of them")
  func sizes() {
    let cases: [(WritableKeyPath<ViTConfiguration, Int>, String)] = [
      (\.depth, "the depth is 9223372036854775807, more than 1000"),
      (\.width, "the width is 9223372036854775807, more than 32768"),
      (\.mlpWidth, "the width inside the MLP is 9223372036854775807, more than 262144"),
      (\.imageSize, "the side of images is 9223372036854775807, more than 16384"),
      (\.patchSize, "the side of patches is 9223372036854775807, more than 4096"),
      (\.registers, "the number of registers is 9223372036854775807, more than 65536"),
    ]
    for (size, expected) in cases {
      var sizes = ViTConfiguration.micro
      sizes[keyPath: size] = .max
      #expect(sizes.problems == [expected])
    }
  }

  @Test("say how many tokens an image is, and what they take")
  func tokens() {
    var sizes = ViTConfiguration.base16
    sizes.imageSize = 16_384
    #expect(
      sizes.problems == [
        "images of 16384 px are 1048576 tokens (3072 MiB for one array of them), more than 65536"
      ])
    sizes.imageSize = 4096
    #expect(sizes.problems.isEmpty)
    #expect(sizes.forwardOperations > 0)
  }

  @Test("do not overflow the count of operations at their limits")
  func operations() {
    var sizes = ViTConfiguration(
      imageSize: 1024, patchSize: 4, width: NetworkLimits.width, depth: NetworkLimits.depth,
      heads: 1, mlpWidth: NetworkLimits.mlpWidth)
    sizes.hasClassToken = false
    #expect(sizes.problems.isEmpty)
    #expect(sizes.forwardOperations > 0)
  }

  @Test("of a Swin are refused: 63 stages of width 1")
  func swin() {
    let stage = SwinConfiguration.Stage(depth: 1, heads: 1, mlpWidth: 1)
    let many = SwinConfiguration(
      imageSize: 1, patchSize: 1, width: 1, window: 1,
      stages: Array(repeating: stage, count: 63))
    #expect(many.problems.first == "the number of stages is 63, more than 8")
    var deep = SwinConfiguration(
      imageSize: 64, patchSize: 4, width: 8, window: 4, stages: [stage, stage])
    deep.stages[1].depth = .max
    #expect(deep.problems == ["the depth of a stage is 9223372036854775807, more than 1000"])
    var wide = SwinConfiguration(
      imageSize: 64, patchSize: 4, width: 32_768, window: 4, stages: [stage, stage])
    #expect(wide.problems == ["the width is 32768, more than 16384"])
    wide.width = 8
    wide.imageSize = 16_384
    #expect(wide.problems.first?.contains("16777216 tokens") == true)
  }

  @Test("of a text tower are refused")
  func text() {
    var sizes = TextConfiguration()
    sizes.context = 1 << 40
    #expect(sizes.problems == ["the text tower's context is 1099511627776, more than 65536"])
  }

  @Test("are refused in a file of 63 stages")
  func swinFile() throws {
    var records = [
      TensorRecord.float32("patch_embed.proj.weight", shape: [1, 3, 1, 1], [0, 0, 0]),
      .float32("patch_embed.proj.bias", shape: [1], [0]),
      .float32("patch_embed.norm.weight", shape: [1], [0]),
      .float32("patch_embed.norm.bias", shape: [1], [0]),
      .float32("norm.weight", shape: [1], [0]), .float32("norm.bias", shape: [1], [0]),
    ]
    for stage in 0..<63 {
      let block = "layers.\(stage).blocks.0"
      records += [
        .float32("\(block).attn.relative_position_bias_table", shape: [1, 1], [0]),
        .float32("\(block).mlp.fc1.weight", shape: [1, 1], [0]),
        .float32("\(block).norm1.weight", shape: [1], [0]),
      ]
    }
    let bytes = try SafetensorsWriter.data(records, metadata: [:])
    let text = complaint {
      try openBackbone(SafetensorsFile(bytes: bytes, name: "s.safetensors"))
    }
    #expect(text.contains("the number of stages is 9, more than 8"), "\(text)")
  }
}

@Suite("The memory that something takes")
struct MemoryNeedTests {
  @Test("is reckoned without overflow and refused with both numbers")
  func refusal() throws {
    let need = MemoryNeed(images: .max, imageSize: .max, tokens: .max, width: .max)
    #expect(need.bytes.isFinite)
    #expect(need.bytes > 1e50)
    try MemoryNeed(bytes: 1e9).require(for: "a batch", available: 1e9, hints: [])
    let text = complaint {
      try MemoryNeed(bytes: 3e9).require(
        for: "a batch of 64 images", available: 1e9, hints: ["fewer"])
    }
    #expect(
      text == """
        error: a batch of 64 images takes at least 2862 MiB of memory, this machine has 954 MiB
          fewer
        """)
  }

  @Test("of weights is at least that of their numbers")
  func weights() {
    let sizes = ViTConfiguration.micro
    let numbers = sizes.weights.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let reckoned = MemoryNeed(weightsOf: sizes).bytes / 4
    #expect(reckoned <= Double(numbers))
    #expect(reckoned > 0.98 * Double(numbers))
  }
}
