import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// A LoRA with values that count up.
func lora(_ module: String, rank: Int = 2, inputs: Int = 4, outputs: Int = 6, alpha: Double = 4)
  -> PEFTLoRA
{
  PEFTLoRA(
    module: module, a: (0..<rank * inputs).map(Float.init), aShape: [rank, inputs],
    b: (0..<outputs * rank).map(Float.init), bShape: [outputs, rank], alpha: alpha)
}

struct PEFTFolderTests {
  let head = [
    PEFTAdapterFolder.FullTensor(name: "head.bias", shape: [3], values: [1, 2, 3]),
    PEFTAdapterFolder.FullTensor(name: "head.weight", shape: [3, 2], values: [1, 2, 3, 4, 5, 6]),
  ]

  @Test func readsWhatItWrote() throws {
    try withScratchFolder { folder in
      let written = PEFTAdapterFolder(
        modules: [
          lora("blocks.0.attn.proj", alpha: 6.5), lora("blocks.0.attn.qkv", rank: 3),
          lora("blocks.1.attn.qkv", rank: 2, alpha: 1), lora("blocks.2.attn.qkv"),
        ], fullTensors: head, baseModel: "vit_tiny \"é\"", rslora: true, dropout: 0.1,
        metadata: ["petl.run": "7"])
      try written.write(to: "\(folder)/run/adapter")
      let read = try PEFTAdapterFolder.read("\(folder)/run/adapter")
      #expect(read.modules == written.modules)
      #expect(read.fullTensors == head)
      #expect(read.baseModel == written.baseModel)
      #expect(read.rslora)
      #expect(read.dropout == 0.1)
      #expect(read.metadata == ["petl.run": "7", "format": "pt"])
      #expect(read.warnings.isEmpty)
      #expect(read.modules[1].scaling(rslora: true) == 4 / 3.0.squareRoot())
      #expect(read.modules[1].scaling(rslora: false) == 4.0 / 3)
      try written.write(to: "\(folder)/run/adapter")
      let card = String(
        decoding: try readFile("\(folder)/run/adapter/README.md", limit: 10_000), as: UTF8.self)
      #expect(card.contains("adapted linear maps: 4"))
      #expect(card.contains("rank: 2, 3, rank-stab"))
    }
  }

  @Test func writesTheKeysThatMatter() throws {
    let folder = PEFTAdapterFolder(
      modules: [lora("blocks.0.attn.qkv"), lora("blocks.1.attn.qkv"), lora("blocks.2.x", rank: 1)],
      fullTensors: head)
    let all = folder.modules.map(\.module) + ["patch_embed.proj", "head"]
    let json = try folder.configurationJSON(backboneModules: all)
    #expect(json["r"] == .integer(2))
    #expect(json["lora_alpha"] == .integer(4))
    #expect(json["rank_pattern"] == .object([.init("x", .integer(1))]))
    #expect(json["alpha_pattern"] == .object([]))
    #expect(json["target_modules"] == .array([.string("qkv"), .string("x")]))
    #expect(json["modules_to_save"] == .array([.string("head")]))
    #expect(json["peft_type"] == .string("LORA"))
  }

  @Test func anchorsPatternsThatMeanTwoModules() throws {
    // PEFT would apply the key `attn.qkv` to `blocks.attn.qkv` too.
    let folder = PEFTAdapterFolder(modules: [
      lora("attn.qkv", rank: 1), lora("blocks.attn.qkv"), lora("c.qkv"),
    ])
    let json = try folder.configurationJSON(backboneModules: [])
    #expect(json["rank_pattern"] == .object([.init("^attn\\.qkv", .integer(1))]))
    try withScratchFolder { path in
      try folder.write(to: path)
      #expect(try PEFTAdapterFolder.read(path).modules.map(\.rank) == [1, 2, 2])
    }
  }

  @Test func findsTheShortestTargets() {
    let all =
      (0..<12).flatMap { layer in
        ["attn.qkv", "attn.proj", "mlp.fc1"].map { "blocks.\(layer).\($0)" }
      } + ["patch_embed.proj", "head"]
    func targets(_ wanted: (String) -> Bool) -> [String] {
      shortestTargets(for: all.filter(wanted), among: all)
    }
    #expect(targets { $0.hasSuffix("qkv") } == ["qkv"])
    #expect(targets { $0.hasSuffix("attn.proj") } == ["attn.proj"])
    #expect(targets { $0.hasPrefix("blocks.1.") } == ["1.attn.proj", "1.attn.qkv", "1.mlp.fc1"])
    #expect(targets { $0.hasSuffix("proj") } == ["proj"])
    #expect(shortestTargets(for: ["b.x", "a.x"], among: []) == ["a.x", "b.x"])
  }

  @Test func refusesToWriteWhatIsNoLoRA() throws {
    try withScratchFolder { path in
      func write(_ folder: PEFTAdapterFolder, _ modules: [String] = []) -> String {
        complaint { try folder.write(to: "\(path)/adapter", backboneModules: modules) }
      }
      #expect(write(.init(modules: [], fullTensors: head)).contains("at least one"))
      #expect(write(.init(modules: [lora("a"), lora("a")])).contains("`a` is adapted twice"))
      #expect(write(.init(modules: [lora("a", alpha: .nan)])).contains("`a`: alpha is nan"))
      #expect(write(.init(modules: [lora("head")], fullTensors: head)).contains("saved whole"))
      #expect(write(.init(modules: [lora("a")]), ["b"]).contains("no module `a`"))
      let twoHeads = write(
        .init(modules: [lora("a")], fullTensors: head), ["a", "head", "x.prehead"])
      #expect(twoHeads.contains("`x.prehead` for saved whole too"))
      var broken = lora("a")
      broken.bShape = [6, 3]
      #expect(write(.init(modules: [broken])).contains("do not share a rank"))
      broken.bShape = [5, 2]
      #expect(write(.init(modules: [broken])).contains("8 and 12 values"))
      let token = PEFTAdapterFolder.FullTensor(name: "cls_token", shape: [1], values: [0])
      #expect(write(.init(modules: [lora("a")], fullTensors: [token])).contains("`cls_token`"))
      #expect(!fileExists("\(path)/adapter"))
    }
  }
}
