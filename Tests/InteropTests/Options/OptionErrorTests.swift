import Backbones
import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// What PEFT's folders say of the network's own weights and is not so, and every option that is refused.
struct OptionErrorTests {
  /// What reading an edited folder says.
  private func fault(
    _ name: String, replacing: [(String, String)] = [],
    keeping: (String) -> Bool = { _ in true }, adding: [TensorRecord] = []
  ) throws -> String {
    var text = ""
    try withScratchFolder { folder in
      try OptionFolders.edited(
        name, in: folder, replacing: replacing, keeping: keeping, adding: adding)
      text = complaint { try OptionFolders().read(folder) }
    }
    return text
  }

  @Test(arguments: [
    ("timm-bias-lora", "blocks.1.mlp.fc1.base_layer.bias", "bias", "blocks.1.mlp.fc1.bias"),
    ("timm-bias-all", "blocks.1.norm2.bias", "bias", "blocks.1.norm2.bias"),
    (
      "vit-bias-all", "vit.layers.1.layernorm_before.bias", "bias",
      "vit.layers.1.layernorm_before.bias"
    ),
    ("timm-whole", "blocks.1.norm2.weight", "modules_to_save", "blocks.1.norm2.weight"),
    ("timm-whole", "blocks.0.norm1.bias", "modules_to_save", "blocks.0.norm1.bias"),
    (
      "timm-norms", "blocks.0.norm2.ln_tuning_layers.weight", "target_modules",
      "blocks.0.norm2.weight"
    ),
    (
      "vit-norms", "vit.layers.1.attention.v_proj.ln_tuning_layers.bias", "target_modules",
      "vit.layers.1.attention.v_proj.bias"
    ),
    ("timm-vera-bias", "blocks.0.attn.proj.base_layer.bias", "bias", "blocks.0.attn.proj.bias"),
  ])
  func namesWhatIsMissing(
    _ name: String, _ gone: String, _ key: String, _ weight: String
  ) throws {
    let text = try fault(name) { $0 != "base_model.model.\(gone)" }
    #expect(
      text.contains(
        "`\(key)` means weights of this network of which the file has no tensors: `\(weight)`"),
      "\(text)")
  }

  @Test func namesWhatIsTooMuch() throws {
    func more(_ name: String, _ shape: [Int]) -> TensorRecord {
      let count = shape.reduce(1, *)
      return .float32(
        "base_model.model.\(name)", shape: shape, [Float](repeating: 0, count: count))
    }
    // A bias of a map that is not adapted.
    let proj = try fault(
      "timm-bias-lora", adding: [more("blocks.0.attn.proj.base_layer.bias", [16])])
    #expect(proj.contains("blocks.0.attn.proj.base_layer.bias` is not expected here"), "\(proj)")
    let plain = try fault("timm-bias-lora", adding: [more("blocks.0.norm1.bias", [16])])
    #expect(plain.contains("blocks.0.norm1.bias` is not expected here"), "\(plain)")
    let shape = try fault(
      "timm-whole", keeping: { !$0.hasSuffix("blocks.0.norm1.bias") },
      adding: [more("blocks.0.norm1.bias", [15])])
    #expect(shape.contains("`blocks.0.norm1.bias` has shape [15], expected [16]"), "\(shape)")
    let unknown = try fault("timm-whole", adding: [more("blocks.1.norm3.weight", [16])])
    #expect(unknown.contains("`blocks.1.norm3.weight` is no weight of this network"), "\(unknown)")
    #expect(unknown.contains("nearest known: `blocks.1.norm1.weight`"), "\(unknown)")
    let tuned = try fault(
      "timm-norms", adding: [more("blocks.0.attn.proj.ln_tuning_layers.bias", [16])])
    #expect(tuned.contains("attn.proj.ln_tuning_layers.bias` is not expected here"), "\(tuned)")
  }

  @Test func refusesOtherBiases() throws {
    let text = try fault(
      "timm-vera-bias", replacing: [(#""bias": "vera_only""#, #""bias": "lora_only""#)])
    #expect(text.contains("`bias` is `lora_only`, which is not supported"), "\(text)")
    #expect(text.contains("expected `none`, `vera_only`, `all`"), "\(text)")
    let none = try fault(
      "timm-bias-lora", replacing: [(#""bias": "lora_only""#, #""bias": "none""#)])
    #expect(none.contains("blocks.0.attn.qkv.base_layer.bias` is not expected here"), "\(none)")
    let lacking = try fault("timm-lora-bias") { !$0.contains("blocks.1.mlp.fc2.lora_B.bias") }
    #expect(
      lacking.contains("blocks.1.mlp.fc2.lora_B.bias` is missing, which `lora_bias` asks for"),
      "\(lacking)")
  }

  /// An empty object is a configuration with its defaults in PEFT, which switches the variant on.
  @Test(arguments: ["kasa_config", "velora_config", "arrow_config", "monteclora_config"])
  func refusesVariantsWithDefaults(key: String) throws {
    let text = try fault(
      "timm-lora-bias", replacing: [("\"\(key)\": null", "\"\(key)\": {}")])
    #expect(text.contains("`\(key)` is set, which is not supported"), "\(text)")
  }

  /// Each value as PEFT writes it into the configuration of a LoRA.
  @Test func refusesEveryOtherOptionByName() throws {
    let bytes = try readFile(fixture("interop-options/refused.json"), limit: 1 << 20)
    let cases = try #require(try JSONValue(parsing: bytes, name: "refused.json").members)
    let path = "\(OptionFolders.path("timm-lora-bias"))/adapter_config.json"
    let plain = try JSONValue(parsing: try readFile(path, limit: 1 << 20), name: path)
    for refused in cases {
      let key = String(refused.name.prefix { $0 != "=" })
      let members = try #require(refused.value.members)
      let names = Set(members.map(\.name))
      let all = try #require(plain.members).filter { !names.contains($0.name) } + members
      try withScratchFolder { folder in
        try OptionFolders.edited("timm-lora-bias", in: folder)
        try writeAtomically(
          Array(try JSONValue.object(all).formatted().utf8), to: "\(folder)/adapter_config.json")
        let text = complaint { try OptionFolders().read(folder) }
        #expect(text.contains("`\(key)` is"), "\(refused.name): \(text)")
      }
    }
    #expect(cases.count == 17)
  }
}
