import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Configurations of open_clip and transformers, against those libraries in double precision
/// (Tests/Fixtures/make_library_configurations.py).
@Suite("Configurations of open_clip and transformers")
struct LibraryConfigurationTests {
  /// The description of a folder of Tests/Fixtures/namings.
  private func described(_ folder: String) throws -> JSONValue {
    let name = folder == "open-clip" ? "open_clip_config.json" : "config.json"
    let path = fixture("namings/\(folder)/\(name)")
    return try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))), name: path)
  }

  private func changed(
    _ folder: String, _ text: String, in path: [String] = []
  ) throws -> NetworkDescription {
    let change = try JSONValue(parsing: Array(text.utf8), name: "change")
    return try NetworkDescription(
      described(folder).changing(change.members ?? [], in: path[...]), path: "config.json")
  }

  private func store(_ folder: String) throws -> any WeightStore {
    try WeightFile(path: fixture("namings/\(folder)")).store
  }

  @Test("a value that changes the function is used")
  func values() throws {
    let path = fixture("library-configurations/cases.json")
    let cases = try #require(
      JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))), name: path).elements)
    #expect(cases.count == 14)
    let expected = try SafetensorsFile(fixture: "library-configurations/expected.safetensors")
    let images = try SafetensorsFile(fixture: "namings/golden.safetensors").tensor("images.24")
    for example in cases {
      let folder = try #require(example["folder"]?.text)
      let name = try #require(example["name"]?.text)
      var json = try described(folder)
      for member in example["change"]?.members ?? [] {
        let path =
          folder == "hf-vit"
          ? [] : member.name == "quick_gelu" ? ["model_cfg"] : ["model_cfg", "vision_cfg"]
        json = json.changing([member], in: path[...])
      }
      let checkpoint = try openBackbone(
        store(folder), description: NetworkDescription(json, path: "config.json"))
      let network = try checkpoint.frozen()
      let head = try #require(network.pretrainedHead)
      let logits = network.plainFeatures(images).linear(weight: head.weight, bias: head.bias)
      #expect(
        try relativeDistance(logits, expected.tensor(name)) < 1e-5, "\(example["change"] as Any)")
    }
  }

  @Test(
    "of open_clip's image tower, what is not computed is refused by its key",
    arguments: [
      (#"{"qk_norm": true}"#, "qk_norm` is true"),
      (#"{"pool_type": "none"}"#, "pool_type` is 'none'"),
      (#"{"attentional_pool": true}"#, "attentional_pool` is true"),
      (#"{"attentional_pool": "parallel"}"#, "attentional_pool` is 'parallel'"),
      (#"{"timm_model_name": "vit_base_patch16_siglip_224"}"#, "timm_model_name` is"),
      (#"{"layers": [3, 4, 6, 3]}"#, "layers` is [3, 4, 6, 3]: networks of convolutions"),
      (#"{"block_type": "custom"}"#, "block_type` is 'custom'"),
      (#"{"scaled_cosine_attn": true}"#, "scaled_cosine_attn` is true"),
      (#"{"scale_fc": true}"#, "scale_fc` is true"),
      (#"{"act_kwargs": {"approximate": "tanh"}}"#, "act_kwargs.approximate` is 'tanh'"),
      (
        #"{"norm_kwargs": {"elementwise_affine": false}}"#,
        "norm_kwargs.elementwise_affine` is false"
      ),
      (#"{"norm_kwargs": [1e-6]}"#, "norm_kwargs` is"), (#"{"head_width": 7}"#, "head_width` is 7"),
      (#"{"head_width": 0}"#, "head_width` is 0"), (#"{"pool_type": 3}"#, "pool_type` is 3"),
    ])
  func refusedVision(_ change: String, _ expected: String) {
    let error = #expect(throws: DiagnosticError.self) {
      try changed("open-clip", change, in: ["model_cfg", "vision_cfg"])
    }
    #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
  }

  @Test(
    "of open_clip's text tower, only where texts are asked for",
    arguments: [
      (#"{"pool_type": "last"}"#, "pool_type` is 'last'"),
      (#"{"no_causal_mask": true}"#, "no_causal_mask` is true"),
      (#"{"embed_cls": true}"#, "embed_cls` is true"),
      (#"{"proj_bias": true}"#, "proj_bias` is true"),
      (#"{"hf_model_name": "roberta-base"}"#, "hf_model_name` is 'roberta-base'"),
      (#"{"hf_tokenizer_name": "x"}"#, "hf_tokenizer_name` is 'x'"),
      (#"{"pool_type": "eos", "eos_id": 5}"#, "eos_id` is 5"),
      (#"{"heads": 0}"#, "heads` is 0"),
    ])
  func refusedTexts(_ change: String, _ expected: String) throws {
    let description = try changed("open-clip", change, in: ["model_cfg", "text_cfg"])
    #expect(try openBackbone(store("open-clip"), description: description).classes == 10)
    let error = #expect(throws: DiagnosticError.self) {
      try TextTowerCheckpoint(store("open-clip"), description: description)
    }
    #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
  }

  @Test("open_clip's heads of texts are eight where the file is silent")
  func usualTextHeads() throws {
    let description = try changed(
      "open-clip", #"{"heads": null}"#, in: ["model_cfg", "text_cfg"])
    #expect(description.text?.heads?.value == 8)
  }

  @Test(
    "of Hugging Face's ViT, what is not computed is refused by its key",
    arguments: [
      (#"{"hidden_act": "mish"}"#, "`hidden_act` is 'mish'"),
      (#"{"num_channels": 1}"#, "`num_channels` is 1"),
      (#"{"is_decoder": true}"#, "`is_decoder` is true"),
      (#"{"quantization_config": {}}"#, "`quantization_config` is"),
      (#"{"pruned_heads": {"0": [1]}}"#, "`pruned_heads` is"),
      (
        #"{"model_type": "siglip_vision_model"}"#,
        "`model_type` is 'siglip_vision_model': pooling by attention"
      ),
      (#"{"model_type": "deit"}"#, "second token, of distillation"),
      (#"{"model_type": "dinov3_vit"}"#, "rotary positions are not supported"),
      (#"{"model_type": "beit"}"#, "relative positions in every block"),
      (#"{"model_type": "vitt"}"#, "did you mean 'vit'?"),
      (#"{"num_attention_heads": "3"}"#, "`num_attention_heads` is '3'"),
      (#"{"id2label": {"1": "a"}}"#, "`id2label` is"),
    ])
  func refusedViT(_ change: String, _ expected: String) {
    let error = #expect(throws: DiagnosticError.self) { try changed("hf-vit", change) }
    #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
  }

  @Test(
    "what contradicts the tensors is refused",
    arguments: [
      (#"{"image_size": 32}"#, "`image_size` is"), (#"{"patch_size": 8}"#, "`patch_size` is"),
      (#"{"image_size": [24, 16]}"#, "rectangular images are not supported"),
      (#"{"hidden_size": 32}"#, "`hidden_size` is 32"),
      (#"{"num_hidden_layers": 3}"#, "`num_hidden_layers` is 3"),
      (#"{"intermediate_size": 48}"#, "`intermediate_size` is 48"),
      (#"{"qkv_bias": false}"#, "`qkv_bias` is false"),
    ])
  func contradictions(_ change: String, _ expected: String) throws {
    let description = try changed("hf-vit", change)
    let error = #expect(throws: DiagnosticError.self) {
      try openBackbone(store("hf-vit"), description: description)
    }
    #expect(error.map { "\($0)" }?.contains(expected) == true, "\(error as Any)")
  }

  @Test("a section that leaves out what is usual has transformers' own values")
  func usualValues() throws {
    let json = try JSONValue(
      parsing: Array(#"{"model_type": "clip", "vision_config": {}, "text_config": {}}"#.utf8),
      name: "config.json")
    let description = try NetworkDescription(json, path: "config.json")
    #expect(description.image.heads?.value == 12)
    #expect(description.text?.heads?.value == 8)
    #expect(description.image.activation?.value == .quickGELU)
    #expect(description.image.epsilon?.value == 1e-5)
  }

  @Test("the second of two sections of one tower counts, as in transformers")
  func secondSection() throws {
    let json = try JSONValue(
      parsing: Array(
        """
        {"model_type": "clip", "vision_config": {"num_attention_heads": 4, "hidden_act": "gelu"},
        "vision_config_dict": {"num_attention_heads": 16}, "text_config_dict": null}
        """.utf8), name: "config.json")
    let description = try NetworkDescription(json, path: "config.json")
    #expect(description.image.heads?.value == 16)
    #expect(description.image.activation?.value == .quickGELU)
  }

  @Test("keys that nobody knows are noted", arguments: ["hf-vit", "open-clip"])
  func unknownKeys(_ folder: String) throws {
    let path = folder == "open-clip" ? ["model_cfg", "vision_cfg"] : []
    let notes = try changed(folder, #"{"gamma": 2}"#, in: path).notes.words
    try #require(notes.count == 1, "\(notes)")
    #expect(notes[0].contains("gamma` is not a key that petl knows"), "\(notes)")
    #expect(try changed(folder, "{}").notes.words.isEmpty)
  }
}

extension JSONValue {
  /// The object with other members at a path.
  fileprivate func changing(_ change: [Member], in path: ArraySlice<String>) -> JSONValue {
    guard let members else { return self }
    if let first = path.first {
      return .object(
        members.map {
          Member(
            $0.name, $0.name == first ? $0.value.changing(change, in: path.dropFirst()) : $0.value)
        })
    }
    let names = Set(change.map(\.name))
    return .object(members.filter { !names.contains($0.name) } + change)
  }
}
