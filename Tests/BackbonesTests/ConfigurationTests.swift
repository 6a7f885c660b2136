import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Small Vision Transformers of timm with timm's own config.json (Tests/Interop/make_configurations.py).
@Suite("A config.json of timm")
struct ConfigurationTests {
  static let cases: [String] = {
    let json = try? JSONValue(
      parsing: readFile(fixture("configurations/cases.json"), limit: 1 << 20), name: "cases")
    return json?.members?.map(\.name) ?? []
  }()

  /// The weights of a case and its configuration.
  func read(_ name: String) throws -> (SafetensorsFile, JSONValue) {
    let path = fixture("configurations/cases.json")
    let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
    let one = try #require(json[name])
    let weights = try #require(one["weights"]?.text)
    return (
      try SafetensorsFile(fixture: "configurations/\(weights).safetensors"),
      try #require(one["config"])
    )
  }

  /// Opens weights of the fixtures with a configuration.
  func open(_ weights: String, _ config: String) throws -> ViTCheckpoint {
    try ViTCheckpoint(
      SafetensorsFile(fixture: "configurations/\(weights).safetensors"),
      description: NetworkDescription(
        JSONValue(parsing: Array(config.utf8), name: "config.json"), path: "config.json"))
  }

  @Test func thereAreCases() { #expect(Self.cases.count == 14) }

  @Test("gives the function that timm makes of it", arguments: cases)
  func gives(_ name: String) throws {
    let (file, config) = try read(name)
    let checkpoint = try ViTCheckpoint(
      file, description: NetworkDescription(config, path: "config.json"))
    #expect(checkpoint.notes.words == [])
    let expected = try SafetensorsFile(fixture: "configurations/expected.safetensors")
    let logits = try checkpoint.network().outputs(expected.tensor("images")).logits
    #expect(relativeDistance(logits, try expected.tensor(name)) < 2e-5)
  }

  @Test("leaves nothing unsaid when its weights are converted and read alone", arguments: cases)
  func standsAlone(_ name: String) throws {
    let (file, config) = try read(name)
    let checkpoint = try ViTCheckpoint(
      file, description: NetworkDescription(config, path: "config.json"))
    let converted = try ConvertedWeights(checkpoint, to: .timm)
    let bytes = try SafetensorsWriter.data(converted.records, metadata: converted.metadata)
    let images = try SafetensorsFile(fixture: "configurations/expected.safetensors").tensor(
      "images")
    let own = try checkpoint.network().outputs(images).logits
    let alone = try SafetensorsFile(bytes: bytes, name: "alone")
    let described = try NetworkDescription(
      #require(converted.description), path: "config.json")
    let again = try ViTCheckpoint(alone, description: described).network().outputs(images).logits
    #expect(distance(again.values, own.values) == 0)
    // Four registers and 3×3 patches: only a configuration tells them from 2×2 patches.
    if name.contains("registers") { return }
    let second = try ViTCheckpoint(alone).network().outputs(images).logits
    #expect(distance(second.values, own.values) == 0)
  }

  @Test("is refused by its keys")
  func refusals() {
    let text = complaint {
      try open(
        "plain",
        """
        {"architecture": "vit_tiny_patch16_224", "pretrained_cfg": {"label_offset": 1}, "model_args":
         {"global_pool": "max", "act_layer": "mish", "qk_norm": true, "num_heads": 1.5,
          "block_fn": null, "embed_norm_layer": "layernorm"}}
        """)
    }
    #expect(
      text == """
        error: config.json: `pretrained_cfg.label_offset` is 1: heads that begin with classes of no name are not supported
          expected 0
        error: config.json: `model_args.global_pool` is 'max': other pooling than the class token or the mean is not supported
          expected token or avg
        error: config.json: `model_args.act_layer` is 'mish': this function in the MLPs is not supported
          expected gelu or gelu_tanh or quick_gelu or relu or silu or swish
        error: config.json: `model_args.qk_norm` is true: networks that normalise queries and keys are not supported
          expected false
        error: config.json: `model_args.num_heads` is 1.5
          expected a whole number from 1 on
        error: config.json: `model_args.embed_norm_layer` is 'layernorm': a norm in the patch embedding is not supported
          expected null
        """)
  }

  @Test(
    "is refused by its architecture",
    arguments: [
      (
        "vit_base_patch16_rpn_224",
        "has `block_fn` 'ResPostBlock': blocks in parallel and blocks that normalise after their branches are not supported\n  expected 'Block'"
      ),
      (
        "deit_tiny_distilled_patch16_224.fb_in1k",
        "is timm's VisionTransformerDistilled: these networks are not supported\n  expected a VisionTransformer or SwinTransformer of timm"
      ),
      (
        "vit_base_patch16_siglip_224",
        "has `global_pool` 'map': other pooling than the class token or the mean is not supported\n  expected token or avg"
      ),
    ])
  func architectures(_ name: String, _ reason: String) {
    let text = complaint { try open("plain", "{\"architecture\": \"\(name)\"}") }
    #expect(text == "error: config.json: `architecture` '\(name)' \(reason)")
  }

  @Test(
    "is refused where the tensors contradict it",
    arguments: [
      (#""img_size": 16"#, "`model_args.img_size` is 16×16, the positions are of images of 12 px"),
      (
        #""img_size": [12, 24]"#,
        "`model_args.img_size` is 12×24: rectangular images are not supported"
      ),
      (
        #""img_size": 14"#,
        "`model_args.img_size` is 14×14, of which patches of 4 px leave some out"
      ),
      (#""patch_size": 8"#, "`model_args.patch_size` is 8×8, the tensors have patches of 4 px"),
      (#""embed_dim": 48"#, "`model_args.embed_dim` is 48, the tensors have a width of 24"),
      (#""depth": 2"#, "`model_args.depth` is 2, the tensors have a depth of 1"),
      (
        #""reg_tokens": 4"#,
        "`model_args.reg_tokens` is 4, the tensors have a number of registers of 0"
      ),
      (
        #""class_token": false"#,
        "`model_args.class_token` is false, the tensors have a class token"
      ),
      (
        #""qkv_bias": false"#,
        "`model_args.qkv_bias` is false, the tensors have biases of query, key and value"
      ),
      (#""pre_norm": true"#, "`model_args.pre_norm` is true, the tensors have no such"),
      (
        #""fc_norm": true"#,
        "`model_args.fc_norm` says that the last norm comes after pooling, the tensor 'norm.weight' that it comes before it"
      ),
      (
        #""global_pool": "avg""#,
        "`model_args.global_pool` says that the last norm comes after pooling, the tensor 'norm.weight' that it comes before it"
      ),
      (#""num_heads": 5"#, "5 heads do not divide width 24"),
    ])
  func contradictions(_ argument: String, _ reason: String) {
    let text = complaint {
      try open(
        "plain", "{\"architecture\": \"vit_tiny_patch16_224\", \"model_args\": {\(argument)}}")
    }
    let first = text.split(separator: "\n").first.map(String.init) ?? ""
    #expect(first.hasSuffix(": \(reason)"), "\(first)")
  }

  @Test("is refused where it contradicts itself")
  func pooling() {
    let text = complaint {
      try open(
        "plain",
        #"{"architecture": "vit_tiny_patch16_224", "global_pool": "avg", "pretrained_cfg": {}}"#)
    }
    #expect(
      text == """
        error: config.json: `global_pool` says that the feature is the mean of the patches, `architecture` that it is the class token
          say one of them in both places
        """)
  }

  @Test("says in a note what it does not know")
  func notes() throws {
    let unknown = try open(
      "plain",
      #"{"architecture": "vit_tiny_patch16_224", "speed": 3, "model_args": {"colour": 1, "num_heads": 2}}"#
    )
    #expect(
      unknown.notes.words == [
        "config.json: `speed`, `model_args.colour` are no keys that petl knows: they are left alone"
      ])
    #expect(unknown.configuration.heads == 2)
    let other = try open("plain", #"{"architecture": "vit_marvellous_patch16_224"}"#)
    #expect(other.notes.words.count == 2)
    #expect(other.configuration.heads == 1)
    #expect(
      other.notes.words.first
        == "config.json: 'vit_marvellous_patch16_224' is no architecture of timm that petl knows: what `model_args` does not say is taken from the weights, or as timm's plain networks have it"
    )
    #expect(
      other.notes.words.last?.hasSuffix("1 is taken, the width / 64 (--heads, backbone.heads)")
        == true)
  }

  @Test("is missed where the weights alone can be two networks")
  func ambiguity() throws {
    let file = try SafetensorsFile(fixture: "configurations/registers.safetensors")
    let text = complaint { try ViTCheckpoint(file) }
    #expect(
      text.hasPrefix(
        "error: \(file.name): the positions may be of 2×2 patches and 5 tokens before them, or of 3×3 patches and 0 tokens before them\n"
      ))
    let after = try ViTCheckpoint(SafetensorsFile(fixture: "configurations/after.safetensors"))
    #expect(after.notes.words.count == 2)
    #expect(after.pooling == .patches)
    #expect(after.notes.words.last?.contains("nothing says what the feature is") == true)
  }

  @Test("is known by the tables for every architecture")
  func table() {
    #expect(TIMMArchitecture.arguments("vit_tiny_patch16_224")?["num_heads"] == .integer(3))
    #expect(
      TIMMArchitecture.arguments("vit_so400m_patch14_siglip_gap_224.webli")?["num_heads"]
        == .integer(16))
    #expect(
      TIMMArchitecture.arguments("swin_tiny_patch4_window7_224")?["num_heads"]
        == .array([3, 6, 12, 24].map { .integer($0) }))
    #expect(TIMMArchitecture.arguments("resnet50") == nil)
  }
}
