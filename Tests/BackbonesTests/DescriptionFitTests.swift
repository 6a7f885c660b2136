import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Files of another network, of another library, or of other classes than the weights beside them.
@Suite("A configuration and the weights beside it")
struct DescriptionFitTests {
  /// The answer to weights of Tests/Fixtures with a configuration.
  private func open(_ weights: String, _ config: String) throws -> any BackboneCheckpoint {
    try openBackbone(
      WeightFile(path: fixture(weights)).store,
      description: NetworkDescription(
        JSONValue(parsing: Array(config.utf8), name: "config.json"), path: "config.json"))
  }

  @Test(
    "of another network is refused",
    arguments: [
      (
        "namings/hf-vit", #"{"model_type": "swin"}"#,
        "config.json: it describes a Swin Transformer, the tensors are those of a Vision Transformer"
      ),
      (
        "namings/hf-swin", #"{"model_type": "vit"}"#,
        "config.json: it describes a Vision Transformer, the tensors are those of a Swin Transformer"
      ),
      (
        "namings/hf-vit", #"{"model_type": "clip_vision_model"}"#,
        "config.json: `model_type` is 'clip_vision_model', the tensors have the names of Hugging Face ViT, the names on disk"
      ),
    ])
  func otherNetworks(_ weights: String, _ config: String, _ expected: String) {
    let text = complaint { try open(weights, config) }
    #expect(text.contains("error: \(expected)\n"), "\(text)")
  }

  @Test("of another library is taken with a note")
  func otherLibraries() throws {
    let note = "it is a file of Hugging Face, the tensors have the names of timm"
    let found = try open("configurations/plain.safetensors", #"{"num_attention_heads": 3}"#)
    #expect(found.notes.words.contains { $0.contains(note) })
    let own = try open(
      "configurations/plain.safetensors", #"{"architecture": "vit_tiny_patch16_224"}"#)
    #expect(own.notes.words == [])
  }

  @Test("that names other classes gives no names")
  func classes() throws {
    let found = try open(
      "namings/hf-vit", #"{"model_type": "vit", "num_attention_heads": 2, "id2label": {"0": "a"}}"#)
    let count = try #require(found.classes)
    #expect(count > 1)
    #expect(found.labels == nil)
    #expect(
      found.notes.words.contains {
        $0.hasPrefix("config.json: it names 1 classes, the head has \(count): ")
      })
  }

  @Test("without the image tower of open_clip is refused")
  func noImageTower() {
    for config in [#"{"model_cfg": {"embed_dim": 8}}"#, #"{"model_cfg": {"vision_cfg": null}}"#] {
      let text = complaint { try open("namings/open-clip", config) }
      #expect(text.contains("config.json: there is no `model_cfg.vision_cfg`"), "\(text)")
    }
    let silent = complaint { try open("namings/open-clip", #"{"vision_cfg": {}}"#) }
    #expect(silent.contains("the usual `vision_cfg.width` is 768"), "\(silent)")
  }

  @Test("of timm that names no architecture says so, and pooling is known or refused")
  func timmAlone() throws {
    let found = try open(
      "configurations/plain.safetensors", #"{"pretrained_cfg": {}, "model_args": {"num_heads": 3}}"#
    )
    #expect(
      found.notes.words == [
        "config.json: it names no `architecture` of timm: what `model_args` does not say is taken "
          + "from the weights, or as timm's plain networks have it"
      ])
    for pooling in ["max", "avgmax", "map", ""] {
      let text = complaint {
        try open(
          "configurations/plain.safetensors",
          "{\"architecture\": \"mine\", \"global_pool\": \"\(pooling)\"}")
      }
      #expect(text.hasPrefix("error: config.json: `global_pool` is '\(pooling)': "), "\(text)")
    }
  }

  @Test("of timm whose ε or width of MLPs is said is held to it")
  func timmArguments() throws {
    let found = try open(
      "configurations/plain.safetensors",
      #"{"architecture": "vit_tiny_patch16_224", "model_args": {"norm_eps": 0.01}}"#)
    #expect((found as? ViTCheckpoint)?.configuration.epsilon == 0.01)
    let text = complaint {
      try open(
        "configurations/plain.safetensors",
        #"{"architecture": "vit_tiny_patch16_224", "num_features": 24, "model_args": {"mlp_ratio": 7}}"#
      )
    }
    #expect(
      text.contains("`model_args.mlp_ratio` of 24 is 168, the tensors have a width"), "\(text)")
  }

  @Test("that the user contradicts is said to be")
  func users() throws {
    let config = #"{"architecture": "vit_tiny_patch16_224"}"#
    let found = try openBackbone(
      SafetensorsFile(fixture: "configurations/plain.safetensors"), facts: BackboneFacts(heads: 6),
      description: NetworkDescription(
        JSONValue(parsing: Array(config.utf8), name: "config.json"), path: "config.json"))
    #expect(
      found.notes.words == [
        "config.json: `architecture` 'vit_tiny_patch16_224' is 3, 6 is taken for the heads as you say"
      ])
  }
}
