import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// PEFT's folders with weights of the network itself: `bias`, `modules_to_save`, `lora_bias`, LN_TUNING.
struct NetworkWeightTests {
  @Test(arguments: OptionFolders.all.map(\.name))
  func computesWhatPEFTComputes(_ name: String) throws {
    let folders = try OptionFolders()
    let (network, loaded) = try folders.read(OptionFolders.path(name))
    #expect(loaded.warnings.isEmpty, "\(loaded.warnings)")
    let difference = try folders.difference(loaded.model(on: network), name)
    #expect(difference < 1e-4, "\(difference)")
  }

  /// Which weights of ours are in the files: maps of their own are rows of a fused one.
  @Test(arguments: [
    ("timm-bias-lora", ["attn.qkv.bias", "mlp.fc1.bias"]),
    ("timm-lora-bias", ["attn.qkv.bias", "mlp.fc2.bias"]),
    ("timm-adalora-bias", ["attn.proj.bias", "norm2.weight", "norm2.bias"]),
    ("vit-bias-lora", ["attn.qkv.bias"]), ("timm-patterns", []),
    ("timm-maps", ["norm1.weight", "norm1.bias", "attn.qkv.weight", "attn.qkv.bias"]),
    ("vit-legacy-whole", ["norm2.weight", "norm2.bias"]),
    ("vit-norms", ["norm1.weight", "norm1.bias", "attn.qkv.weight", "attn.qkv.bias"]),
  ])
  func knowsTheWeights(_ name: String, _ ends: [String]) throws {
    let (_, loaded) = try OptionFolders().read(OptionFolders.path(name))
    let blocks = loaded.backboneWeights.filter { $0.hasPrefix("blocks.") }
    let expected = (0..<2).flatMap { layer in ends.map { "blocks.\(layer).\($0)" } }
    #expect(Set(blocks) == Set(expected))
  }

  /// Every format that holds an adapter gives it back.
  @Test(arguments: OptionFolders.all.map(\.name))
  func keepsTheFunction(_ name: String) throws {
    let folders = try OptionFolders()
    let (network, loaded) = try folders.read(OptionFolders.path(name))
    let contents = AdapterContents(loaded, on: network)
    var written = 0
    try withScratchFolder { folder in
      let namings = [SiteModules.timm, .vitV5, .vit]
      let formats =
        namings.map { ($0.name, AdapterExport.Format.peft($0)) } + [("petl", .petl)]
      for (format, own) in formats where AdapterExport.objection(to: contents, as: own) == nil {
        let path = "\(folder)/\(format)"
        try AdapterExport.write(contents, to: path, as: own)
        let (other, again) = try folders.read(path)
        #expect(again.warnings.isEmpty)
        let difference = try folders.difference(again.model(on: other), name)
        #expect(difference < 1e-4, "\(format): \(difference)")
        written += 1
      }
    }
    #expect(written == 4)
  }

  /// Written in the naming that it came in, the configuration says the same, and the numbers are the same.
  ///
  /// B's bias is the map's own then, and a VeRA on a naming with fused maps a LoRA.
  @Test(
    arguments: OptionFolders.all.map(\.name).filter {
      !["timm-lora-bias", "timm-vera-bias"].contains($0)
    })
  func keepsEveryBit(_ name: String) throws {
    let naming = try #require(OptionFolders.all.first { $0.name == name }).naming
    let (network, loaded) = try OptionFolders().read(OptionFolders.path(name))
    try withScratchFolder { folder in
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: folder, as: .peft(naming))
      let was = try SafetensorsFile(
        path: "\(OptionFolders.path(name))/adapter_model.safetensors")
      let now = try SafetensorsFile(path: "\(folder)/adapter_model.safetensors")
      // PEFT writes biases of modules that are saved whole two more times.
      let names = was.entries.map(\.name).filter {
        !$0.contains(".modules_to_save.") && !$0.contains(".original_module.")
      }
      for entry in names where now.entry(entry) != nil {
        #expect(try now.floats(entry) == was.floats(entry), "\(entry)")
      }
      let lacking = names.filter { now.entry($0) == nil }
      #expect(lacking.isEmpty)
      func bias(_ folder: String) throws -> String? {
        let bytes = try readFile("\(folder)/adapter_config.json", limit: 1 << 20)
        return try JSONValue(parsing: bytes, name: "")["bias"]?.text
      }
      #expect(try bias(folder) ?? "none" == bias(OptionFolders.path(name)) ?? "none")
    }
  }

  @Test(arguments: OptionFolders.all.map(\.name))
  func mergesWhole(_ name: String) throws {
    let folders = try OptionFolders()
    let path = OptionFolders.path(name)
    let merging = try AdapterMerging(
      .init(adapter: path, weights: interop("base.safetensors")), registry: registry)
    let merged = try ViTCheckpoint(SafetensorsFile(bytes: merging.data, name: "merged"))
    let network = try merged.network()
    let (_, loaded) = try folders.read(path)
    let head = try #require(loaded.head ?? network.pretrainedHead)
    let model = Model(backbone: network, adapters: .none, head: head)
    let difference = try folders.difference(model, name)
    #expect(difference < 1e-4, "\(difference)")
  }

  /// The adapters alone leave a network as it is, frozen or trained.
  @Test(arguments: ["timm-bias-all", "timm-whole", "timm-vera-bias"])
  func leavesTheNetworkAlone(_ name: String) throws {
    let folders = try OptionFolders()
    let path = OptionFolders.path(name)
    let names = try AdapterFile.backboneWeights(path, registry: registry)
    for trained in [[], names] {
      let network = try folders.peers.network { trained.contains($0.name) }
      let before = network.parameters.map(\.parameter.value.values)
      let loaded = try LoadedAdapter.read(
        path, for: network, registry: registry, takesWeights: false)
      #expect(!loaded.adapters.entries.isEmpty)
      #expect(loaded.backboneWeights.isEmpty)
      #expect(network.parameters.map(\.parameter.value.values) == before)
    }
  }

  /// A folder that is read and written as it is, as canonicalizing does, keeps its biases.
  @Test(arguments: ["timm-bias-lora", "timm-bias-all", "timm-whole"])
  func foldersKeepTheirWeights(_ name: String) throws {
    let was = try PEFTAdapterFolder.read(OptionFolders.path(name))
    try withScratchFolder { folder in
      try was.write(to: folder)
      let now = try PEFTAdapterFolder.read(folder)
      #expect(now.fullTensors.count == was.fullTensors.count)
      #expect(now.fullTensors.allSatisfy(was.fullTensors.contains))
      #expect(now.bias == was.bias)
    }
    let bias = try PEFTAdapterFolder.read(OptionFolders.path("timm-lora-bias"))
    try withScratchFolder { folder in
      expectComplaint("comes from `lora_bias`, which is read and not written") {
        try bias.write(to: folder)
      }
    }
  }

  @Test func cannotBeTakenOut() {
    expectComplaint("the adapter replaced 'blocks.0.attn.qkv.bias', whose old numbers") {
      try AdapterMerging(
        .init(
          adapter: OptionFolders.path("timm-bias-lora"), weights: interop("base.safetensors"),
          direction: .unmerge), registry: registry)
    }
  }
}
