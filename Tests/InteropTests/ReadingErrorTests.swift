import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// An adapter that does not fit the network is refused, with all that is wrong.
struct ReadingErrorTests {
  /// What reading a folder with these maps and whole tensors says.
  func complaints(
    _ modules: [PEFTLoRA], _ tensors: [PEFTAdapterFolder.FullTensor] = []
  ) throws -> String {
    let network = try Peers().network()
    var text = ""
    try withScratchFolder { folder in
      try PEFTAdapterFolder(modules: modules, fullTensors: tensors).write(to: folder)
      text = complaint { try LoadedAdapter.read(folder, for: network, registry: registry) }
    }
    return text
  }

  func lora(_ module: String, inputs: Int = 16, outputs: Int = 16, rank: Int = 1) -> PEFTLoRA {
    PEFTLoRA(
      module: module,
      factors: LowRankFactors(
        a: .init(repeating: 1, count: rank * inputs), b: .init(repeating: 1, count: rank * outputs),
        rank: rank, alpha: 1), inputs: inputs)
  }

  func whole(_ name: String, _ shape: [Int]) -> PEFTAdapterFolder.FullTensor {
    .init(name: name, shape: shape, values: .init(repeating: 0, count: shape.reduce(1, *)))
  }

  @Test func namesEverythingThatDoesNotFit() throws {
    let text = try complaints([
      lora("blocks.0.attn.proj", inputs: 24), lora("blocks.0.attn.qkv", outputs: 16),
      lora("blocks.2.attn.proj"), lora("blocks.1.mlp.fc1", outputs: 24), lora("blocks.1.mlp.fc3"),
    ])
    #expect(text.contains("`blocks.0.attn.proj` has A [1, 24] and B [16, 1], expected [1, 16]"))
    #expect(text.contains("it is 'blocks.0.output' here"))
    #expect(
      text.contains("`blocks.0.attn.qkv` has A [1, 16] and B [16, 1], expected [1, 16] and [48"))
    #expect(text.contains("`blocks.2.attn.proj` is no linear map of this network (2 layers)"))
    #expect(text.contains("nearest known: `blocks.0.attn.proj`"))
    #expect(text.contains("`blocks.1.mlp.fc3` is no linear map"))
    #expect(!text.contains("module `blocks.1.mlp.fc1`"))
  }

  /// LoRA over all of CLIP, of which this is the one tower.
  @Test func namesTheOtherTower() throws {
    let text = try complaints([
      lora("vision_model.encoder.layers.0.self_attn.q_proj"),
      lora("vision_model.encoder.layers.1.self_attn.q_proj"),
      lora("text_model.encoder.layers.0.self_attn.q_proj"),
    ])
    #expect(text.contains("`text_model.encoder.layers.0.self_attn.q_proj` is no linear map"))
    #expect(text.contains("it is a map of 'hf-clip-text'; most here are of 'hf-clip'"))
  }

  @Test func refusesOtherNetworks() throws {
    let text = try complaints([lora("model.layers.0.mlp.gate_proj")])
    #expect(text.contains("no module is named as in a network that is known"))
    #expect(text.contains("timm, swin, hf-vit, hf-vit-v5"))
  }

  @Test func refusesHeads() throws {
    let good = [lora("blocks.0.attn.proj")]
    let norm = try complaints(good, [whole("norm.weight", [16])])
    #expect(norm.contains("`norm.weight` is the network's 'norm.weight', which is frozen here"))
    let wide = try complaints(good, [whole("head.weight", [3, 32])])
    #expect(wide.contains("has shape [3, 32], expected [classes, 16]"))
    let bias = try complaints(good, [whole("head.weight", [3, 16]), whole("head.bias", [4])])
    #expect(bias.contains("`head.bias` has shape [4], expected [3]"))
    #expect(try complaints(good, [whole("head.bias", [4])]).contains("but no `head.weight`"))
    let low = try complaints(good + [lora("head", outputs: 5)])
    #expect(
      low.contains("the head `head` is changed by a LoRA 5 × 16; the weights' own head is [3, 16]"))
  }

  @Test func refusesOneMapTwice() throws {
    let network = try Peers().network()
    let reader = LinearAdapterReader(
      path: "a", format: .peft, backbone: network, registry: registry)
    let module = lora("blocks.0.attn.proj")
    expectComplaint("two modules are the map 'blocks.0.output' of this network") {
      try reader.load(PEFTAdapterFolder(modules: [module, module]))
    }
  }

  @Test func refusesRanksThatDoNotFit() throws {
    let text = try complaints([lora("blocks.0.attn.proj", rank: 17)])
    #expect(text.contains("rank 17 is larger than site 'blocks.0.output'"))
  }

  @Test func refusesOtherFormats() throws {
    let network = try Peers().network()
    func read(_ path: String) -> String {
      complaint { try LoadedAdapter.read(path, for: network, registry: registry) }
    }
    try withScratchFolder { folder in
      func put(_ name: String, _ text: String) throws {
        try writeAtomically(Array(text.utf8), to: "\(folder)/\(name)")
      }
      #expect(read("\(folder)/none").contains("there is no file or folder"))
      #expect(read(folder).contains("there is no adapter in this folder"))
      try put("adapter_model.bin", "")
      #expect(read(folder).contains("python -c"))
      #expect(read("\(folder)/adapter_model.bin").contains("a `.bin` file is a Python pickle"))
      try put("adapter_config.json", #"{"peft_type":"LORA","target_modules":["qkv"]}"#)
      #expect(read(folder).contains("adapter_model.bin: a `.bin` file is a Python pickle"))
      try put("adapter_config.json", #"{"config":{"reduction_factor":2},"name":"x"}"#)
      #expect(read(folder).contains("AdapterHub's adapters are not read"))
      try put("adapter_config.json", #"{"peft_type":"LILY"}"#)
      #expect(read(folder).contains("`peft_type` is `LILY`, expected `LORA`"))
      try put("adapter_config.json", #"{"fine_tune_type":"full"}"#)
      #expect(read(folder).contains("`fine_tune_type` is `full`, expected `lora` or `dora`"))
    }
  }

  /// The folder of a run leads to the adapter in it.
  @Test func findsTheAdapterOfARun() throws {
    let network = try Peers().network()
    try withScratchFolder { folder in
      try writeAtomically(Array("name: x".utf8), to: "\(folder)/recipe.yaml")
      try FileManager.default.copyItem(atPath: interop("vit-qv"), toPath: "\(folder)/adapter")
      let loaded = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(loaded.format == .peft)
      #expect(loaded.path == "\(folder)/adapter")
    }
  }
}
