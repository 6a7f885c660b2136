import PETL
import TestSupport
import Testing

@testable import Checkpoints

struct ShardedTests {
  /// Writes shards `a` (x, y) and `b` (z), and an index with this map.
  func open(_ map: String, metadata: String = #"{"total_size":24}"#) throws -> any WeightStore {
    var result: (any WeightStore)?
    try withScratchFolder { folder in
      func shard(_ name: String, _ tensors: [String]) throws {
        try SafetensorsWriter.write(
          tensors.map { .float32($0, shape: [2], [1, Float($0.utf8.count)]) },
          metadata: ["format": "pt"], to: "\(folder)/\(name).safetensors")
      }
      try shard("a", ["x", "yy"])
      try shard("b", ["zzz"])
      let index = "\(folder)/model.safetensors.index.json"
      try put(#"{"metadata":\#(metadata),"weight_map":\#(map)}"#, index)
      result = try openWeights(index)
      _ = try openWeights(folder)
    }
    return try #require(result)
  }

  @Test func readsFromAllShards() throws {
    let weights = try open(
      #"{"zzz":"b.safetensors","yy":"a.safetensors","x":"a.safetensors"}"#)
    #expect(weights is ShardedSafetensors)
    #expect(weights.entries.map(\.name) == ["x", "yy", "zzz"])
    #expect(weights.metadata == ["total_size": "24"])
    for name in ["x", "yy", "zzz"] {
      #expect(try weights.floats(name) == [1, Float(name.count)])
      #expect(weights.entry(name)?.shape == [2])
    }
    #expect(weights.entry("w") == nil)
    expectComplaint("there is no tensor `zz`") { try weights.floats("zz") }
  }

  @Test func reportsAllFaults() {
    let text = complaint {
      try open(
        #"{"x":"a.safetensors","w":"a.safetensors","zzz":"a.safetensors","q":"c.safetensors"}"#)
    }
    for words in [
      "c.safetensors: No such file", "tensor `w` should be in a.safetensors, which does not",
      "tensor `zzz` should be in a.safetensors",
      "tensor `yy` is unexpected: the index does not name",
    ] {
      #expect(text.contains(words), "\(text)")
    }
    let moved = complaint {
      try open(#"{"x":"a.safetensors","yy":"b.safetensors","zzz":"b.safetensors"}"#)
    }
    #expect(moved.contains("it is in a.safetensors"))
    #expect(moved.contains("tensor `yy` is unexpected: the index puts it in b.safetensors"))
  }

  @Test(arguments: [
    #""../a.safetensors""#, #""/etc/a.safetensors""#, #""sub/a.safetensors""#, #""a.bin""#,
    #"".safetensors""#, #""a\u0000.safetensors""#,
  ])
  func refusesOtherPlaces(_ shard: String) {
    expectComplaint("a .safetensors file in the same folder") { try open(#"{"x":\#(shard)}"#) }
  }

  @Test func refusesBrokenIndices() {
    expectComplaint("`weight_map` is missing") { try open("{}") }
    expectComplaint("`weight_map` is missing") { try open("[]") }
    expectComplaint("a whole number under `x`") { try open(#"{"x":1}"#) }
    expectComplaint("the name `x` appears twice") {
      try open(#"{"x":"a.safetensors","x":"a.safetensors"}"#)
    }
  }

  @Test func refusesPickles() throws {
    try withScratchFolder { folder in
      try put("", "\(folder)/pytorch_model.bin")
      expectComplaint("holds Python pickles only") { try openWeights(folder) }
      expectComplaint("a `.bin` file is a Python pickle") {
        try openWeights("\(folder)/pytorch_model.bin")
      }
    }
  }
}
