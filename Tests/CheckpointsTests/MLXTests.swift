import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct MLXTests {
  static let parameters =
    #""lora_parameters":{"rank":2,"scale":1.5,"dropout":0.1,"keys":["attn.qkv"]}"#
  static let pair = [
    TensorRecord.float32("blocks.0.attn.qkv.lora_a", shape: [3, 2], [1, 2, 3, 4, 5, 6]),
    TensorRecord.float32("blocks.0.attn.qkv.lora_b", shape: [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
  ]

  func read(
    _ configuration: String = #"{"fine_tune_type":"lora",\#(parameters)}"#,
    _ tensors: [TensorRecord] = pair
  ) throws -> PEFTAdapterFolder {
    var result: PEFTAdapterFolder?
    try withScratchFolder { path in
      try put(configuration, "\(path)/adapter_config.json")
      try SafetensorsWriter.write(tensors, metadata: [:], to: "\(path)/adapters.safetensors")
      result = try MLXAdapterFolder.read(path)
    }
    return try #require(result)
  }

  @Test func transposes() throws {
    let folder = try read()
    let module = try #require(folder.modules.first)
    #expect(module.module == "blocks.0.attn.qkv")
    #expect(module.alpha == 3)
    #expect(folder.dropout == 0.1)
    #expect(module.aShape == [2, 3])
    #expect(module.a == [1, 3, 5, 2, 4, 6])
    #expect(module.bShape == [4, 2])
    #expect(module.b == [1, 5, 2, 6, 3, 7, 4, 8])
  }

  /// Other ranks are filled up, other scalings folded into B: the products stay.
  @Test func writesOneRankAndOneScale() throws {
    let modules = [
      lora("blocks.0.attn.proj", rank: 3, outputs: 4, alpha: 6),
      lora("blocks.1.attn.proj", rank: 2, outputs: 4, alpha: 2),
    ]
    try withScratchFolder { path in
      try MLXAdapterFolder.write(.init(modules: modules), to: path, naming: .timm, depth: 12)
      let read = try MLXAdapterFolder.read(path)
      // Twelve layers are adapted, ten of them by nothing.
      #expect(read.modules.map(\.rank) == .init(repeating: 3, count: 12))
      let others = read.modules.dropFirst(2).flatMap(\.b)
      #expect(others.allSatisfy { $0 == 0 })
      for (was, now) in zip(modules, read.modules) {
        #expect(product(was) == product(now))
      }
      let json = try JSONValue(
        parsing: readFile("\(path)/adapter_config.json", limit: 10_000), name: "c")
      #expect(json["num_layers"] == .integer(12))
      #expect(json["lora_parameters"]?["keys"] == .array([.string("attn.proj")]))
      #expect(json["lora_parameters"]?["scale"]?.double == 2)
    }
    expectComplaint("`x` is no linear map in the naming 'timm'") {
      try MLXAdapterFolder.write(
        .init(modules: [lora("x")]), to: "/nowhere", naming: .timm, depth: 12)
    }
    expectComplaint("at least one adapted module") {
      try MLXAdapterFolder.write(.init(modules: []), to: "/nowhere", naming: .timm, depth: 12)
    }
  }

  /// scaling · B · A.
  func product(_ lora: PEFTLoRA) -> [Double] {
    let inputs = lora.aShape[1]
    return (0..<lora.bShape[0] * inputs).map { index in
      lora.scaling(rslora: false)
        * (0..<lora.rank).reduce(0.0) {
          $0 + Double(lora.b[index / inputs * lora.rank + $1])
            * Double(lora.a[$1 * inputs + index % inputs])
        }
    }
  }

  @Test func accountsForEveryTensor() {
    func complaints(_ tensors: [TensorRecord]) -> String {
      complaint { try read(tensors: tensors) }
    }
    #expect(complaints([Self.pair[0]]).contains("has no `blocks.0.attn.qkv.lora_b`"))
    #expect(complaints([Self.pair[1]]).contains("has no `blocks.0.attn.qkv.lora_a`"))
    #expect(complaints([]).contains("no LoRA tensor"))
    let stray = TensorRecord.float32("head.weight", shape: [1], [1])
    #expect(complaints(Self.pair + [stray]).contains("`head.weight` is not expected here"))
    let wrong = TensorRecord.float32(
      "blocks.0.attn.qkv.lora_a", shape: [2, 3], [1, 2, 3, 4, 5, 6])
    #expect(complaints([wrong, Self.pair[1]]).contains("expected [inputs, 2] and [2, outputs]"))
    let renamed = Self.pair.map {
      TensorRecord(
        name: $0.name.replacing("qkv", with: "proj"), type: $0.type, shape: $0.shape,
        bytes: $0.bytes)
    }
    #expect(complaints(renamed).contains("which `keys` does not name"))
    let dora = complaint { try read(#"{"fine_tune_type":"dora",\#(Self.parameters)}"#) }
    #expect(dora.contains("there is no `blocks.0.attn.qkv.m` of shape [4]"))
  }

  func read(tensors: [TensorRecord]) throws -> PEFTAdapterFolder {
    try read(#"{"fine_tune_type":"lora",\#(Self.parameters)}"#, tensors)
  }

  @Test(arguments: [
    (#"{"fine_tune_type":"full"}"#, "expected `lora` or `dora`"),
    (#"{"fine_tune_type":"lora"}"#, "`lora_parameters` is missing"),
    (#"{"lora_parameters":{"rank":0,"scale":1}}"#, "a `rank` of at least 1"),
    (#"{"lora_parameters":{"rank":2}}"#, "and a `scale`"),
    (#"{"lora_parameters":{"rank":2,"scale":1,"dropout":2}}"#, "`dropout` is 2.0"),
    (#"{"lora_parameters":{"rank":2,"scale":1,"keys":7}}"#, "`keys` is a whole number"),
    ("[", "not valid JSON"),
  ])
  func refuses(_ configuration: String, _ words: String) {
    expectComplaint(words) { try read(configuration) }
  }
}
