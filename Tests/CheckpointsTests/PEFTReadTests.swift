import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Reading folders that others wrote, and refusing what would be silently wrong.
struct PEFTReadTests {
  static let qkv = "base_model.model.blocks.0.attn.qkv"
  static let pair = [
    TensorRecord.float32(qkv + ".lora_A.weight", shape: [2, 4], .init(repeating: 1, count: 8)),
    TensorRecord.float32(qkv + ".lora_B.weight", shape: [6, 2], .init(repeating: 1, count: 12)),
  ]

  /// Reads a folder with this configuration and these tensors.
  func read(_ configuration: String, _ tensors: [TensorRecord] = pair) throws -> PEFTAdapterFolder {
    var result: PEFTAdapterFolder?
    try withScratchFolder { path in
      try put(configuration, "\(path)/adapter_config.json")
      try SafetensorsWriter.write(
        tensors, metadata: [:], to: "\(path)/adapter_model.safetensors")
      result = try PEFTAdapterFolder.read(path)
    }
    return try #require(result)
  }

  /// A configuration with `r` 2 and these members.
  func with(_ members: String) -> String {
    #"{"peft_type":"LORA","r":2,"lora_alpha":3,\#(members)}"#
  }

  @Test(arguments: [
    #""target_modules":["qkv"]"#, #""target_modules":["attn.qkv","other"]"#,
    #""target_modules":["blocks.0.attn.qkv"]"#, #""target_modules":"all-linear""#,
    #""target_modules":".*\\.attn\\.(qkv|proj)""#, #""target_modules":"blocks\\.\\d+\\..*""#,
    #""target_modules":["qkv"],"layers_to_transform":[0,3],"layers_pattern":"blocks""#,
    #""target_modules":["blocks.0.attn.qkv"],"layers_to_transform":7"#,
    #""target_modules":["qkv"],"exclude_modules":["proj"],"use_dora":false,"layer_replication":null"#,
    #""target_modules":["qkv"],"init_lora_weights":"gaussian","loftq_config":{}"#,
  ])
  func adapts(_ members: String) throws {
    let folder = try read(with(members))
    #expect(folder.modules.map(\.module) == ["blocks.0.attn.qkv"])
    #expect(folder.modules.first?.alpha == 3)
    #expect(folder.warnings.isEmpty)
  }

  /// PEFT warns of such keys, and fails on a `null` that has no default.
  @Test(arguments: [
    (#""alpha_pattern":{"QKV":5}"#, "`alpha_pattern` has no effect under `QKV`"),
    (#""alpha_pattern":{"kv":5,"qkv":3}"#, "`alpha_pattern` has no effect under `kv`"),
    (
      #""rank_pattern":{"proj":5,".*[.]proj$":4}"#,
      "`rank_pattern` has no effect under `proj`, `.*[.]proj$`"
    ),
    (#""alpha_pattern":{"attn.qkv":3,"qkv":5}"#, "`alpha_pattern` has no effect under `qkv`"),
  ])
  func patternsThatNoModuleTakesAreNoted(_ members: String, _ words: String) throws {
    let warnings = try read(with(#""target_modules":["qkv"],"# + members)).warnings
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.message.hasSuffix(words + ": no adapted module takes its value from there")
        == true)
  }

  @Test(arguments: ["r", "lora_alpha"])
  func noNumberIsNoDefault(_ key: String) {
    #expect(throws: DiagnosticError.self) {
      try read(
        #"{"peft_type":"LORA","target_modules":["qkv"],"r":2,"lora_alpha":3,"\#(key)":null}"#
          .replacing("\"\(key)\":\(key == "r" ? 2 : 3),", with: ""))
    }
  }

  @Test(arguments: [
    #""target_modules":["proj"]"#, #""target_modules":["kv"]"#, #""target_modules":"attn""#,
    #""target_modules":["qkv"],"exclude_modules":["attn.qkv"]"#,
    #""target_modules":["qkv"],"exclude_modules":"blocks.*""#,
    #""target_modules":["qkv"],"layers_to_transform":[1],"layers_pattern":["blocks"]"#,
    #""target_modules":["qkv"],"layers_to_transform":0"#,
  ])
  func doesNotAdapt(_ members: String) {
    let text = complaint { try read(with(members)) }
    #expect(text.contains("blocks.0.attn.qkv`, which the configuration does not adapt"))
  }

  @Test func findsTheLayerAsPEFTDoes() throws {
    let targets = PEFTTargets(
      targets: .names(["q"]), excluded: nil, saved: [], layers: [3], layerPatterns: [])
    #expect(try targets.adapts("vit.layer.3.q"))
    #expect(try targets.adapts("vit.layer.3.experts.1.q"))
    #expect(try targets.adapts("vit.layer.1.experts.3.q") == false)
    #expect(try targets.adapts("layer.3.q") == false)
  }

  /// Whether a module that is not in the file is missing is for the network to say.
  @Test(arguments: [
    (#""modules_to_save":["head"]"#, ["head"], false),
    (#""modules_to_save":["score"],"task_type":"SEQ_CLS""#, ["score", "classifier"], false),
    (#""task_type":"TOKEN_CLS""#, ["classifier", "score"], true),
    (#""task_type":"QUESTION_ANS""#, ["qa_outputs"], true),
    (#""task_type":"FEATURE_EXTRACTION""#, [], false), (#""task_type":null"#, [], false),
  ])
  func keepsWhatIsNotSaved(_ members: String, _ names: [String], _ areAdded: Bool) throws {
    let folder = try read(with(#""target_modules":["qkv"],\#(members)"#))
    #expect(folder.claims.unsaved.map(\.name) == names)
    #expect(!areAdded || !folder.claims.unsaved.contains { !$0.isAdded })
  }

  @Test func readsPatternsAndDefaults() throws {
    let minimal = #"{"peft_type":"LORA","target_modules":["qkv"],"rank_pattern":{"qkv":2}}"#
    #expect(try read(minimal).modules.first?.alpha == 8)
    let patterns =
      #""target_modules":["qkv"],"alpha_pattern":{"proj":1,"0\\.attn\\..*":6.5,"qkv":9}"#
    #expect(try read(with(patterns)).modules.first?.alpha == 6.5)
    let unknown = try read(with(#""target_modules":["qkv"],"lora_alfa":1"#))
    #expect(unknown.warnings.first?.description.contains("did you mean `lora_alpha`?") == true)
  }

  @Test(arguments: [
    "use_qalora", "use_bdlora", "layer_replication", "trainable_token_indices",
    "target_parameters", "kasa_config", "velora_config", "arrow_config", "alora_invocation_tokens",
    "monteclora_config", "fan_in_fan_out",
  ])
  func refusesByName(_ key: String) {
    for value in ["true", #"{"a":1}"#, "[1]"] {
      let text = complaint { try read(with(#""target_modules":["qkv"],"\#(key)":\#(value)"#)) }
      #expect(text.contains("`\(key)` is set"), "\(text)")
    }
  }

  @Test(arguments: [
    (#""bias":"some","target_modules":["qkv"]"#, "`bias` is `some`, which is not supported"),
    (#""bias":true,"target_modules":["qkv"]"#, "`bias` is a truth value, which is not supported"),
    (#""lora_bias":[1],"target_modules":["qkv"]"#, "`lora_bias` is a list, expected a truth value"),
    (#""lora_bias":true,"target_modules":["qkv"]"#, "is missing, which `lora_bias` asks for"),
    (#""init_lora_weights":"pissa_niter_4","target_modules":["qkv"]"#, "`init_lora_weights`"),
    (#""target_modules":null"#, "`target_modules` is missing"),
    (
      #""target_modules":"(""#, "the expression `(` of `target_modules` is not a regular expression"
    ),
    (#""target_modules":"(.*)*(.*)*(.*)*\\1(.*)*\\2x""#, "takes too long to match"),
    (
      #""target_modules":["qkv"],"modules_to_save":["a("]"#, "of `modules_to_save` is not a regular"
    ),
    (#""target_modules":["qkv"],"rank_pattern":{"(?<!x":2}"#, "of `rank_pattern` is not a regular"),
    (
      #""target_modules":["qkv"],"layers_to_transform":[0],"layers_pattern":"(""#,
      "of `layers_pattern` is not a regular"
    ),
    (#""target_modules":".*","layers_to_transform":[1]"#, "`layers_to_transform`"),
    (#""target_modules":["qkv"],"layers_to_transform":["a"]"#, "`layers_to_transform` is a list"),
    (#""target_modules":[1]"#, "`target_modules` is a list"),
    (#""target_modules":["qkv"],"use_rslora":1"#, "`use_rslora` is a whole number"),
    (#""target_modules":["qkv"],"lora_dropout":2"#, "`lora_dropout` is 2.0"),
    (#""target_modules":["qkv"],"rank_pattern":{"qkv":"x"}"#, "a string under `qkv`"),
    (#""target_modules":["qkv"],"rank_pattern":{"qkv":0}"#, "at least 1"),
    (#""target_modules":["qkv"],"rank_pattern":{"qkv":3}"#, "[2, 4], expected [3, inputs]"),
  ])
  func refuses(_ members: String, _ words: String) {
    let text = complaint { try read(with(members)) }
    #expect(text.contains(words), "\(text)")
  }

  @Test func refusesOtherTypes() {
    expectComplaint("`IA3`, expected `LORA`") { try read(#"{"peft_type":"IA3"}"#) }
    expectComplaint("`peft_type` is missing") { try read("{}") }
    expectComplaint("a list") { try read("[]") }
    expectComplaint("config.json: not valid JSON") { try read(#"{"r":1,"r":2}"#) }
  }

  @Test func accountsForEveryTensor() {
    let good = with(#""target_modules":["qkv"]"#)
    func extra(_ name: String, shape: [Int] = [1]) -> String {
      let count = shape.reduce(1, *)
      let record = TensorRecord.float32(name, shape: shape, .init(repeating: 0, count: count))
      return complaint { try read(good, Self.pair + [record]) }
    }
    expectComplaint("has no `\(Self.qkv).lora_B") { try read(good, [Self.pair[0]]) }
    expectComplaint("has no `\(Self.qkv).lora_A") { try read(good, [Self.pair[1]]) }
    expectComplaint("no LoRA tensor") { try read(good, []) }
    #expect(extra("blocks.0.attn.qkv.lora_A.weight").contains("does not begin with"))
    #expect(extra(Self.qkv + ".lora_magnitude_vector").contains("is not expected here"))
    #expect(extra("base_model.model.head.weight").contains("is not expected here"))
    let wrong = TensorRecord.float32(
      Self.qkv + ".lora_B.weight", shape: [2, 6], .init(repeating: 0, count: 12))
    expectComplaint("lora_B.weight` has shape [2, 6], expected [outputs, 2]") {
      try read(good, [Self.pair[0], wrong])
    }
  }

  @Test func refusesFoldersWithoutSafetensors() throws {
    try withScratchFolder { path in
      expectComplaint("not a PEFT adapter folder") { try PEFTAdapterFolder.read(path) }
      try put(with(#""target_modules":["qkv"]"#), "\(path)/adapter_config.json")
      let missing = complaint { try PEFTAdapterFolder.read(path) }
      #expect(missing.contains("adapter_model.safetensors: No such file"))
      try put("", "\(path)/adapter_model.bin")
      expectComplaint("adapter_model.bin: a `.bin`") { try PEFTAdapterFolder.read(path) }
    }
  }
}
