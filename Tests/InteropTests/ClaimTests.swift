import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Training

/// A file that has less than its configuration means is not whole, whatever the type of the adapter.
struct ClaimTests {
  /// Reads a fixture whose tensors were filtered and whose configuration was edited.
  private func read(
    _ source: String, _ file: String = "adapter_model.safetensors",
    replacing: [(String, String)] = [], renaming: (String) -> String? = { $0 }
  ) throws -> LoadedAdapter {
    let network = try Peers().network()
    var loaded: LoadedAdapter?
    try withScratchFolder { folder in
      var text = String(
        decoding: try readFile(interop("\(source)/adapter_config.json"), limit: 1 << 20),
        as: UTF8.self)
      for (old, new) in replacing {
        #expect(text.contains(old), "\(old)")
        text = text.replacing(old, with: new)
      }
      try writeAtomically(Array(text.utf8), to: "\(folder)/adapter_config.json")
      let tensors = try SafetensorsFile(path: interop("\(source)/\(file)"))
      let records = try tensors.entries.compactMap { entry -> TensorRecord? in
        guard let name = renaming(entry.name) else { return nil }
        return TensorRecord(
          name: name, type: entry.type, shape: entry.shape, bytes: try tensors.bytes(entry.name))
      }
      try SafetensorsWriter.write(records, metadata: tensors.metadata, to: "\(folder)/\(file)")
      loaded = try LoadedAdapter.read(folder, for: network, registry: registry)
    }
    return try #require(loaded)
  }

  /// A whole module is left out of each kind of folder.
  @Test(arguments: [
    ("timm-list", "blocks.1.attn.qkv"), ("timm-list", "blocks.0.mlp.fc1"),
    ("timm-regex", "blocks.1.mlp.fc2"), ("timm-exclude", "blocks.1."),
    ("timm-all-linear", "blocks.1.attn.proj"), ("timm-layers", "blocks."),
    ("timm-dora", "blocks.1.attn.qkv"), ("timm-vera-fused", "blocks.1.attn.qkv"),
    ("timm-vera", "blocks.1."), ("vit-qv", "vit.layers.1.attention.q_proj"),
    ("vit-legacy-qv", "vit.encoder.layer.1.attention.attention.value"),
    ("vit-vera", "vit.layers.0."), ("vit-dora", "vit.layers.1."),
  ])
  func namesMissingModules(_ source: String, _ module: String) throws {
    _ = try read(source)
    // One module of those whose path begins so.
    let tensors = try SafetensorsFile(path: interop("\(source)/adapter_model.safetensors"))
    let prefix = "base_model.model."
    let paths = tensors.entries.compactMap { entry -> String? in
      guard
        let end = [".lora_", ".vera_"].lazy.compactMap({ entry.name.firstRange(of: $0) }).first,
        entry.name.hasPrefix(prefix + module)
      else { return nil }
      return String(entry.name[..<end.lowerBound])
    }
    let gone = try #require(paths.first)
    let text = complaint {
      try read(source) { $0.hasPrefix(gone + ".lora") || $0.hasPrefix(gone + ".vera") ? nil : $0 }
    }
    #expect(text.contains("`target_modules` means modules of this network"), "\(text)")
    #expect(text.contains("has no tensors: `\(gone.dropFirst(prefix.count))`"), "\(text)")
  }

  /// What the configuration leaves out need not be there.
  @Test func honoursWhatIsLeftOut() throws {
    func dropLast(_ name: String) -> String? { name.contains("blocks.1.attn.qkv") ? nil : name }
    let text = complaint { try read("timm-list", renaming: dropLast) }
    #expect(text.contains("`blocks.1.attn.qkv`"))
    for (old, new) in [
      (#""exclude_modules": null"#, #""exclude_modules": ["blocks.1.attn.qkv"]"#),
      (#""exclude_modules": null"#, #""exclude_modules": ".*1\\.attn\\.qkv""#),
      (#""qkv""#, #""blocks.0.attn.qkv""#),
    ] {
      let loaded = try read("timm-list", replacing: [(old, new)], renaming: dropLast)
      #expect(loaded.adapters.entries.count == 7)
    }
  }

  @Test func expressionsAreThoseOfPython() throws {
    let own = #""blocks\\.\\d+\\.mlp\\.fc[12]|blocks\\.0\\.attn\\.qkv""#
    for same in [
      #""blocks\\.\\d+\\.mlp\\.fc[12]|.*(?<!1\\.attn\\.)qkv""#,
      #""(?i)BLOCKS.*(fc\\d|0.attn.qkv)""#,
      #""blocks\\.(?:(0)|\\d)\\.(?(1)(?:attn\\.qkv|mlp.*)|mlp\\..*)""#,
      #""(?P<b>blocks)\\.(?!1.attn)\\d+\\.(?:mlp\\.fc.|attn\\.qkv)""#,
    ] {
      let loaded = try read("timm-regex", replacing: [(own, same)])
      #expect(loaded.adapters.entries.count == 7, "\(same)")
    }
    let text = complaint {
      try read("timm-regex", replacing: [(own, #""(.*)*(.*)*\\1(.*)*\\2(.*)*x""#)])
    }
    #expect(text.contains("of `target_modules` takes too long to match"), "\(text)")
  }

  /// `modules_to_save` and what a task adds to it.
  @Test func readsModulesToSave() throws {
    func whole(_ names: String, task: String = "null", keepsHead: Bool) throws -> LoadedAdapter {
      try read(
        "timm-list",
        replacing: [
          ("\"modules_to_save\": [\n    \"head\"\n  ]", "\"modules_to_save\": \(names)"),
          ("\"task_type\": null", "\"task_type\": \(task)"),
        ], renaming: { $0.contains("model.head.") && !keepsHead ? nil : $0 })
    }
    let noted = try whole(#"["head", "score"]"#, keepsHead: true)
    #expect(
      noted.warnings.map(\.message).contains {
        $0.contains("`score`, which neither this network nor the file has: without effect")
      })
    #expect(try whole(#"["head"]"#, task: #""SEQ_CLS""#, keepsHead: true).warnings.isEmpty)
    let lacking = complaint { try whole(#"["head"]"#, keepsHead: false) }
    #expect(lacking.contains("`modules_to_save` names `head`, but there is no tensor of it"))
    // PEFT takes every module whose path ends so.
    let norms = complaint { try whole(#"["head", "norm"]"#, keepsHead: true) }
    #expect(norms.contains("`modules_to_save` names `norm`, but there is no tensor of it"))
    let blocks = complaint { try whole(#"["head", "mlp"]"#, keepsHead: true) }
    #expect(blocks.contains("which the configuration does not adapt"))
    // Without a module of that name in any block, it is left.
    #expect(try whole(#"["head", "lm_head"]"#, keepsHead: true).warnings.count == 1)
  }

  /// The names that a task adds are an error where the network has such a module.
  @Test func aTaskAddsHeads() throws {
    func read(task: String, _ keepsHead: Bool) throws -> LoadedAdapter {
      try self.read(
        "vit-qv", replacing: [("\"task_type\": null", "\"task_type\": \(task)")],
        renaming: { $0.contains("classifier") && !keepsHead ? nil : $0 })
    }
    #expect(try read(task: #""SEQ_CLS""#, true).head != nil)
    #expect(try read(task: #""FEATURE_EXTRACTION""#, true).head != nil)
  }

  @Test func mlxNamesMissingModules() throws {
    let file = "adapters.safetensors"
    _ = try read("mlx-lora", file)
    let tensors = try SafetensorsFile(path: interop("mlx-lora/\(file)"))
    let first = try #require(tensors.entries.first { $0.name.hasSuffix(".lora_a") })
    let gone = String(first.name.dropLast(".lora_a".count))
    let text = complaint { try read("mlx-lora", file) { $0.hasPrefix(gone + ".") ? nil : $0 } }
    #expect(text.contains("`keys` and `num_layers` means modules"), "\(text)")
    #expect(text.contains("`\(gone)`"), "\(text)")
    let fewer = complaint {
      try read("mlx-lora", file, replacing: [("\"num_layers\": 2", "\"num_layers\": 1")])
    }
    #expect(fewer.contains("`num_layers` does not reach `blocks.0."), "\(fewer)")
  }

  /// Our own format lists its sites.
  @Test func ownFormatNamesMissingTensors() throws {
    let network = try Peers().network()
    let loaded = try LoadedAdapter.read(interop("timm-list"), for: network, registry: registry)
    try withScratchFolder { folder in
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: "\(folder)/a", as: .petl)
      let file = try SafetensorsFile(path: "\(folder)/a/adapter.safetensors")
      let records = try file.entries.filter { !$0.name.hasPrefix("blocks.1.query.") }.map {
        TensorRecord(name: $0.name, type: $0.type, shape: $0.shape, bytes: try file.bytes($0.name))
      }
      try SafetensorsWriter.write(
        records, metadata: file.metadata, to: "\(folder)/a/adapter.safetensors")
      expectComplaint("tensor 'blocks.1.query.lora_A' is missing") {
        try LoadedAdapter.read("\(folder)/a", for: network, registry: registry)
      }
    }
  }

  /// Wrappers around the whole network are left out, with a note; nothing else is.
  @Test(arguments: ["_orig_mod.", "module.", "model.backbone.", "module._orig_mod."])
  func leavesWrappersOut(_ wrapper: String) throws {
    let plain = try read("timm-list")
    let prefix = "base_model.model."
    let loaded = try read(
      "timm-list", renaming: { prefix + wrapper + $0.dropFirst(prefix.count) })
    #expect(loaded.adapters.entries.count == plain.adapters.entries.count)
    #expect(loaded.head != nil)
    #expect(
      loaded.warnings.map(\.message).contains {
        $0.contains("the names of all modules begin with `\(wrapper)`")
      })
    let some = complaint {
      try read(
        "timm-list",
        renaming: {
          $0.contains("blocks.0") ? prefix + wrapper + $0.dropFirst(prefix.count) : $0
        })
    }
    #expect(some.contains("is no linear map of this network"), "\(some)")
    let missing = complaint {
      try read(
        "timm-list",
        renaming: {
          $0.contains("blocks.1.attn.qkv") ? nil : prefix + wrapper + $0.dropFirst(prefix.count)
        })
    }
    #expect(missing.contains("no tensors: `\(wrapper)blocks.1.attn.qkv`"), "\(missing)")
  }
}
