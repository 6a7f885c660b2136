import PETL
import TestSupport
import Testing
import VeRA

@testable import Checkpoints

/// Folders in a form that a plugin gives, here VeRA's.
struct VeRATests {
  static let module = "base_model.model.blocks.0.attn.proj"
  static let good = [
    TensorRecord.float32("base_model.vera_A", shape: [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    TensorRecord.float32("base_model.vera_B", shape: [3, 2], [1, 2, 3, 4, 5, 6]),
    TensorRecord.float32(module + ".vera_lambda_b", shape: [3], [1, 10, 100]),
    TensorRecord.float32(module + ".vera_lambda_d", shape: [2], [2, 3]),
  ]

  func read(_ members: String, _ tensors: [TensorRecord] = good) throws -> PEFTFolder {
    var result: PEFTFolder?
    try withScratchFolder { path in
      try put(#"{"peft_type":"VERA","r":2,\#(members)}"#, "\(path)/adapter_config.json")
      try SafetensorsWriter.write(tensors, metadata: [:], to: "\(path)/adapter_model.safetensors")
      if case .form(let vera) = try PEFTAdapter.read(path, methods: [VeRA.self]) {
        result = vera
      }
    }
    return try #require(result)
  }

  @Test func reads() throws {
    let vera = try read(#""target_modules":["attn.proj"],"vera_dropout":0.5,"d_initial":0.25"#)
    #expect(vera.settings["r"] == 2)
    #expect(vera.mostInputs == 4)
    #expect(vera.mostOutputs == 3)
    #expect(vera.settings["vera_dropout"] == 0.5)
    #expect(vera.settings["d_initial"] == 0.25)
    #expect(vera.warnings.isEmpty)
    let tensors = vera.tensors(of: vera.maps[0])
    let factors = try #require(VeRA.linearFactors(peft: tensors, inputs: 3))
    #expect(factors.directions.shape == [2, 3])
    #expect(factors.directions.values == [2, 4, 6, 15, 18, 21])
    #expect(factors.basis.shape == [2, 3])
    #expect(factors.basis.transposed().values == [1, 2, 30, 40, 500, 600])
  }

  /// Whether a module that is not in the file is missing is for the network to say.
  @Test func keepsWhatIsNotSaved() throws {
    let vera = try read(#""target_modules":["attn.proj"],"modules_to_save":["head"]"#)
    #expect(vera.claims.unsaved == [.init(name: "head", isAdded: false)])
  }

  @Test(arguments: [
    (#""target_modules":["qkv"]"#, "which the configuration does not adapt"),
    (#""target_modules":["attn.proj"],"bias":"lora_only""#, "`bias` is `lora_only`"),
    (#""target_modules":["attn.proj"],"lora_bias":true"#, "`lora_bias` is set"),
    (#""target_modules":["attn.proj"],"fan_in_fan_out":true"#, "`fan_in_fan_out` is set"),
    (#""target_modules":["attn.proj"],"vera_dropout":3"#, "`vera_dropout` is 3.0"),
    (#""bias":"none""#, "`target_modules` is missing"),
  ])
  func refuses(_ members: String, _ words: String) {
    expectComplaint(words) { try read(members) }
  }

  @Test func accountsForEveryTensor() {
    func without(_ index: Int, adding: TensorRecord? = nil) -> String {
      var tensors = Self.good
      tensors.remove(at: index)
      if let adding { tensors.append(adding) }
      return complaint { try read(#""target_modules":["attn.proj"]"#, tensors) }
    }
    #expect(without(0).contains("save_projection=True"))
    #expect(without(1).contains("the projections are not saved"))
    #expect(without(2).contains("has no `\(Self.module).vera_lambda_b`"))
    #expect(without(3).contains("has no `\(Self.module).vera_lambda_d`"))
    let wide = TensorRecord.float32(
      Self.module + ".vera_lambda_b", shape: [4], [1, 1, 1, 1])
    #expect(without(2, adding: wide).contains("[2] and [4], expected [2] and at most [3]"))
    let turned = TensorRecord.float32("base_model.vera_B", shape: [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(without(1, adding: turned).contains("expected [2, inputs] and [outputs, 2]"))
    let other = TensorRecord.float32("base_model.model.head.weight", shape: [1], [1])
    let all = complaint {
      try read(#""target_modules":["attn.proj"]"#, Self.good + [other])
    }
    #expect(all.contains("`base_model.model.head.weight` is not expected here"))
  }

  @Test func refusesToWriteWhatDoesNotFit() {
    let broken = PEFTFolder(
      VeRA.self, settings: ["r": 2, "vera_dropout": 3.0],
      maps: [
        .init(
          module: "x",
          tensors: ["vera_lambda_d": .zeros([1]), "vera_lambda_b": .zeros([3])])
      ],
      shared: ["vera_A": .zeros([1, 2]), "vera_B": .zeros([2, 2])])
    let text = complaint { try broken.write(to: "/nowhere", backboneModules: ["y"]) }
    #expect(text.contains("`vera_dropout` is 3.0, expected 0 to 1"))
    #expect(text.contains("tensor `vera_A` has shape [1, 2], expected [2, inputs]"))
    #expect(text.contains("have shapes [1] and [3], expected [2] and at most [2]"))
    #expect(text.contains("the backbone has no module `x`"))
    let empty = PEFTFolder(
      VeRA.self, settings: ["r": 1], maps: [],
      shared: ["vera_A": .zeros([1, 1]), "vera_B": .zeros([1, 1])])
    expectComplaint("a PEFT VeRA folder needs at least one adapted module") {
      try empty.write(to: "/nowhere")
    }
  }

  /// DoRA's magnitudes are asked for by the configuration, and by nothing else.
  @Test func dORAIsStrict() throws {
    let reader = PEFTReadTests()
    let magnitude = TensorRecord.float32(
      PEFTReadTests.qkv + ".lora_magnitude_vector", shape: [6], .init(repeating: 2, count: 6))
    let dora = reader.with(#""target_modules":["qkv"],"use_dora":true"#)
    let folder = try reader.read(dora, PEFTReadTests.pair + [magnitude])
    #expect(folder.isDoRA)
    #expect(folder.modules[0].magnitude == .init(repeating: 2, count: 6))
    expectComplaint("which `use_dora` asks for") { try reader.read(dora) }
    let short = TensorRecord.float32(
      PEFTReadTests.qkv + ".lora_magnitude_vector", shape: [5], .init(repeating: 2, count: 5))
    expectComplaint("has shape [5], expected [6]") {
      try reader.read(dora, PEFTReadTests.pair + [short])
    }
    let stray = TensorRecord.float32(
      "base_model.model.x.lora_magnitude_vector", shape: [1], [1])
    expectComplaint("has no `base_model.model.x.lora_A.weight`") {
      try reader.read(dora, PEFTReadTests.pair + [magnitude, stray])
    }
    var mixed = PEFTAdapterFolder(modules: [lora("a"), lora("b")])
    mixed.modules[0].magnitude = .init(repeating: 1, count: 6)
    expectComplaint("`b` has no magnitudes, but others have") { try mixed.write(to: "/nowhere") }
    mixed.modules[1].magnitude = [1]
    expectComplaint("1 magnitudes do not fit B") { try mixed.write(to: "/nowhere") }
  }
}
