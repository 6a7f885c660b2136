import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// The root of a module's name says of which tower it is, also where both have the same sizes.
struct TowerTests {
  private func lora(_ module: String, outputs: Int = 16) -> PEFTLoRA {
    PEFTLoRA(
      module: module,
      factors: LowRankFactors(
        a: .init(repeating: 1, count: 16), b: .init(repeating: 1, count: outputs), rank: 1,
        alpha: 1), inputs: 16)
  }

  /// Reads a folder with these maps for a network of the same sizes.
  private func read(
    _ modules: [PEFTLoRA], baseClass: String? = nil, metadata: [String: String] = [:],
    tower: SiteModules? = nil
  ) throws -> LoadedAdapter {
    let network = try Peers().network()
    var loaded: LoadedAdapter?
    try withScratchFolder { folder in
      try PEFTAdapterFolder(modules: modules, metadata: metadata).write(to: folder)
      if let baseClass {
        let path = "\(folder)/adapter_config.json"
        let text = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
        let edited = text.replacing(
          "\"auto_mapping\": null",
          with: "\"auto_mapping\": {\"base_model_class\": \"\(baseClass)\"}")
        #expect(edited != text)
        try writeAtomically(Array(edited.utf8), to: path)
      }
      loaded = try LoadedAdapter.read(folder, for: network, registry: registry, tower: tower)
    }
    return try #require(loaded)
  }

  @Test(arguments: [
    ("text_model.encoder.layers.0.self_attn.q_proj", 16, "hf-clip-text"),
    ("text_model.encoder.layers.1.mlp.fc1", 24, "hf-clip-text"),
    ("transformer.resblocks.0.mlp.c_fc", 24, "open-clip-text"),
    ("text.transformer.resblocks.0.mlp.c_fc", 24, "open-clip-text"),
    ("module.text_model.encoder.layers.0.self_attn.q_proj", 16, "hf-clip-text"),
  ])
  func refusesTheTextTower(_ module: String, _ outputs: Int, _ naming: String) {
    let text = complaint { try read([lora(module, outputs: outputs)]) }
    #expect(text.contains("are of a text tower ('\(naming)')"), "\(text)")
  }

  @Test(arguments: [
    ("vision_model.encoder.layers.0.self_attn.q_proj", 16),
    ("visual.transformer.resblocks.0.mlp.c_fc", 24),
    ("model.vision_model.encoder.layers.0.self_attn.q_proj", 16),
  ])
  func takesTheImageTower(_ module: String, _ outputs: Int) throws {
    let loaded = try read([lora(module, outputs: outputs)])
    #expect(loaded.adapters.entries.count == 1)
  }

  /// The adapter of a tower that was adapted by itself has no root: the class says which it is, or nothing.
  @Test func theClassDecidesWhereThereIsNoRoot() throws {
    let bare = [lora("encoder.layers.0.self_attn.q_proj")]
    let text = complaint { try read(bare, baseClass: "CLIPTextModel") }
    #expect(text.contains("a CLIPTextModel, is a text tower"), "\(text)")
    #expect(try read(bare, baseClass: "CLIPVisionModel").warnings.isEmpty)
    let guess = try read(bare).warnings.map(\.message)
    try #require(guess.count == 1)
    #expect(guess[0].contains("an image tower is taken"))
    let open = [lora("transformer.resblocks.0.mlp.c_fc", outputs: 24)]
    #expect(try read(open, baseClass: "VisionTransformer").adapters.entries.count == 1)
    let text2 = complaint { try read(open, baseClass: "TextTransformer") }
    #expect(text2.contains("are of a text tower"), "\(text2)")
  }

  @Test func theMarkOfATextTowerCounts() throws {
    let module = [lora("blocks.0.attn.proj")]
    let text = complaint { try read(module, metadata: ["tower": "text"]) }
    #expect(text.contains("this is the adapter of a text tower"), "\(text)")
    let network = try Peers().network()
    let loaded = try read(module)
    try withScratchFolder { folder in
      var contents = AdapterContents(loaded, on: network)
      contents.metadata["tower"] = "text"
      try AdapterExport.write(contents, to: folder, as: .petl)
      expectComplaint("this is the adapter of a text tower") {
        try LoadedAdapter.read(folder, for: network, registry: registry)
      }
    }
  }

  /// An image adapter is nothing for the text tower.
  @Test func refusesTheImageTower() {
    let image = [lora("vision_model.encoder.layers.0.self_attn.q_proj")]
    let text = complaint { try read(image, tower: .clipText) }
    #expect(text.contains("no module of it is in the tower 'hf-clip-text'"), "\(text)")
  }

  /// CLIP's and DINOv2's heads of Hugging Face are on other features than ours.
  @Test(arguments: [SiteModules.clip, .all.first { $0.name == "hf-dinov2-v5" } ?? .timm])
  func leavesHeadsOfAnotherMeaningOut(_ naming: SiteModules) throws {
    let network = try Peers().network()
    let loaded = try LoadedAdapter.read(interop("timm-list"), for: network, registry: registry)
    #expect(loaded.head != nil)
    try withScratchFolder { folder in
      let contents = AdapterContents(loaded, on: network)
      try AdapterExport.write(contents, to: folder, as: .peft(naming))
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(again.head == nil)
      #expect(again.adapters.entries.count == loaded.adapters.entries.count)
    }
    let reader = LinearAdapterReader(
      path: "a", format: .peft, backbone: network, registry: registry)
    let head = PEFTAdapterFolder.FullTensor(
      name: "classifier.weight", shape: [3, 16], values: .init(repeating: 0, count: 48))
    expectComplaint("not on the class token") { try reader.head([head], naming) }
  }
}
