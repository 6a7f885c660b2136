import Checkpoints
import Foundation
import PETL
import TestSupport
import Testing

@testable import Backbones

/// Folders that bitsandbytes and mlx have quantised (Tests/Fixtures/quantized_language.py).
@Suite("Quantised folders") struct QuantizedLanguageTests {
  static let names = ["nf4", "nf4-double", "mlx4", "mlx4-groups"]

  private func folder(_ name: String) -> String { fixture("language-quantized/\(name)") }
  private func expected(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: folder(name) + "/expected.safetensors")
  }

  @Test("give the library's logits, unpacked and as stored", arguments: names, [false, true])
  func logits(name: String, staysStored: Bool) throws {
    let checkpoint = try LanguageCheckpoint.open(folder(name))
    let decoder = try checkpoint.decoder(staysStored: staysStored)
    let wanted = try expected(name)
    let ids = try wanted.integers("ids")
    let batch = TokenBatch([Array(ids[0..<9]), Array(ids[9..<18])])
    let hidden = decoder.hidden(batch, adapters: .none, pass: ForwardPass(over: 2))
    let logits = decoder.logits(hidden.reshaped([18, 128]))
    let tensor = try wanted.tensor("logits").reshaped([18, 41])
    #expect(relativeDistance(logits, tensor) < 1e-4)
    #expect(tensor.values.map(abs).max() ?? 0 > 1)
  }

  @Test("unpack to the library's numbers", arguments: names)
  func numbers(name: String) throws {
    let store = try WeightFile(path: folder(name)).store
    let wanted = try expected(name)
    let matrices = wanted.entries.filter { $0.name.hasSuffix(".weight") }
    #expect(matrices.count >= 7)
    for entry in matrices {
      let shape = try #require(store.entry(entry.name)).shape
      #expect(shape[1] == entry.shape[1])
      let own = try store.floats(entry.name)
      #expect(own.count == shape[0] * shape[1])
      let rows = Array(own.prefix(3 * shape[1])) + Array(own.suffix(shape[1]))
      let values = try wanted.floats(entry.name)
      let largest = values.map(abs).max() ?? 0
      let difference = zip(rows, values).map { abs($0 - $1) }.max() ?? 1
      #expect(difference <= 1e-6 * largest, "\(entry.name)")
      #expect(try store.bytes(entry.name).count == 4 * own.count)
    }
    #expect(!store.entries.contains { $0.name.contains("scales") || $0.name.contains("absmax") })
  }

  @Test("keep their matrices in memory as they are, a fraction of single precision")
  func memory() throws {
    let file = try WeightFile(path: folder("nf4"))
    let store = try #require(file.store as? any BlockStore)
    let name = "model.layers.0.mlp.up_proj.weight"
    let blocks = try store.blocks(name)
    let matrix = try #require(blocks)
    #expect(matrix.byteCount == 192 * 128 * 36 / 64)
    #expect(store.storedType(name) == "NF4")
    #expect(store.storedType("model.norm.weight") == "F32")
    #expect(try store.blocks("model.norm.weight") == nil)
  }

  /// A folder whose files a test has changed.
  private func changed(
    _ name: String, tensors: (inout [TensorRecord]) -> Void = { _ in },
    description: (String) -> String = { $0 }
  ) throws -> String {
    let scratch = try ScratchFolder()
    let file = try SafetensorsFile(path: folder(name) + "/model.safetensors")
    var records = try file.entries.map {
      TensorRecord(name: $0.name, type: $0.type, shape: $0.shape, bytes: try file.bytes($0.name))
    }
    tensors(&records)
    try SafetensorsWriter.write(
      records, metadata: [:], to: scratch.file("model.safetensors"))
    let text = try String(contentsOfFile: folder(name) + "/config.json", encoding: .utf8)
    try scratch.write(description(text), to: "config.json")
    return complaint { try LanguageCheckpoint.open(scratch.path) }
  }

  @Test("of which something is missing are refused by the tensor")
  func missing() throws {
    let query = "model.layers.0.self_attn.q_proj"
    let cases: [(folder: String, gone: String, words: String)] = [
      ("mlx4", "\(query).biases", "`\(query).weight` has scales, and no `\(query).biases`"),
      (
        "nf4-double", "\(query).weight.nested_absmax",
        "`\(query).weight` is NF4, and there is no `\(query).weight.nested_absmax`"
      ),
      ("nf4", "\(query).weight.absmax", "there is no `\(query).weight.absmax`"),
    ]
    for (folder, gone, words) in cases {
      let found = try changed(folder, tensors: { $0.removeAll { $0.name == gone } })
      #expect(found.contains(words), "\(found)")
    }
  }

  @Test("whose parts do not fit are refused by the tensor")
  func misshapen() throws {
    let query = "model.layers.0.self_attn.q_proj"
    func changed(_ folder: String, _ part: TensorRecord) throws -> String {
      try self.changed(
        folder, tensors: { records in records = records.map { $0.name == part.name ? part : $0 } })
    }
    let ones = [Float](repeating: 1, count: 128)
    let scales = try changed("mlx4", .float32("\(query).scales", shape: [128, 1], ones))
    #expect(scales.contains("`\(query).scales` is [128, 1], expected [128, 2]"), "\(scales)")
    let zeros = [UInt8](repeating: 0, count: 1024)
    let whole = try changed(
      "mlx4", TensorRecord(name: "\(query).scales", type: .u32, shape: [128, 2], bytes: zeros))
    #expect(whole.contains("`\(query).scales` is U32"), "\(whole)")
    let halves = [Float](repeating: 0.5, count: 16)
    let map = try changed("nf4", .float32("\(query).weight.quant_map", shape: [16], halves))
    #expect(map.contains("`\(query).weight.quant_map` has other values than NF4's"), "\(map)")
    let largest = try changed("nf4", .float32("\(query).weight.absmax", shape: [1], [1]))
    #expect(largest.contains("expected 256 numbers of type F32"), "\(largest)")
    let name = "\(query).weight.quant_state.bitsandbytes__nf4"
    let state = try changed(
      "nf4", TensorRecord(name: name, type: .u8, shape: [2], bytes: Array("{}".utf8)))
    for key in ["quant_type", "shape", "blocksize"] {
      #expect(state.contains("`\(key)` is not there"), "\(state)")
    }
  }

  @Test("whose description says something else than their tensors are refused")
  func contradictions() throws {
    let query = "model.layers.0.self_attn.q_proj"
    for (name, key) in [("nf4", "quantization_config"), ("mlx4", "quantization")] {
      // None is quantised, or nothing says how.
      let plain = try changed(
        name,
        tensors: { records in
          records = [.float32("model.norm.weight", shape: [128], [Float](repeating: 1, count: 128))]
        })
      #expect(
        plain.contains("says that the matrices are quantised, and none is")
          || plain.contains("there is no such module"), "\(plain)")
      let silent = try changed(name, description: { $0.replacing(key, with: "x_\(key)") })
      #expect(silent.contains("does not say how matrices are quantised"), "\(silent)")
    }
    let module = try changed(
      "mlx4-groups", description: { $0.replacing("layers.0.self_attn", with: "layers.9.self_attn") }
    )
    #expect(module.contains("and there is no such module"), "\(module)")
    let spared = try changed(
      "mlx4",
      description: {
        $0.replacing(#""mode": "affine","#, with: "\"mode\": \"affine\", \"\(query)\": false,")
      })
    #expect(spared.contains("says of `\(query)` that it is not quantised"), "\(spared)")
    let lost = try changed(
      "nf4", tensors: { $0.removeAll { $0.name.hasPrefix("\(query).weight.quant_state") } })
    #expect(lost.contains("has `\(query).weight.absmax`, and no `"), "\(lost)")
  }

  @Test("whose scales are no numbers are refused when they are read", arguments: ["nf4", "mlx4"])
  func notFinite(name: String) throws {
    let scratch = try ScratchFolder()
    let file = try SafetensorsFile(path: folder(name) + "/model.safetensors")
    let scales = name == "nf4" ? ".v_proj.weight.absmax" : ".v_proj.scales"
    let records = try file.entries.map { entry in
      guard entry.name.hasSuffix(scales) else {
        return TensorRecord(
          name: entry.name, type: entry.type, shape: entry.shape, bytes: try file.bytes(entry.name))
      }
      var values = try file.floats(entry.name)
      values[3] = .nan
      return .float32(entry.name, shape: entry.shape, values)
    }
    try SafetensorsWriter.write(records, metadata: [:], to: scratch.file("model.safetensors"))
    try scratch.write(
      String(contentsOfFile: folder(name) + "/config.json", encoding: .utf8), to: "config.json")
    for staysStored in [false, true] {
      let found = complaint {
        try LanguageCheckpoint.open(scratch.path).decoder(staysStored: staysStored)
      }
      #expect(found.contains("\(scales)` holds nan"), "\(found)")
    }
  }

  @Test("have keys that nobody knows, which are noted")
  func unknownKeys() throws {
    let scratch = try ScratchFolder()
    let text = try String(contentsOfFile: folder("nf4") + "/config.json", encoding: .utf8)
    try scratch.write(
      text.replacing(#""load_in_4bit": true"#, with: #""load_in_4bit": true, "foo": 3"#),
      to: "config.json")
    let notes = try LanguageDescription(path: scratch.file("config.json")).notes
    #expect(notes.contains { "\($0)".contains("quantization_config.foo") }, "\(notes)")
    #expect(
      try LanguageCheckpoint.open(folder("nf4")).notes.allSatisfy { !"\($0)".contains("quant") })
  }

  @Test("that are quantised in another way are refused by the key")
  func others() throws {
    let cases: [(folder: String, from: String, to: String, words: String)] = [
      (
        "nf4", #""bitsandbytes""#, #""gptq""#,
        "`quantization_config.quant_method` is 'gptq': weights that are quantised so are not read"
      ),
      (
        "nf4", #""bnb_4bit_quant_type": "nf4""#, #""bnb_4bit_quant_type": "fp4""#,
        "`quantization_config.bnb_4bit_quant_type` is 'fp4'"
      ),
      (
        "nf4", #""load_in_4bit": true"#, #""load_in_4bit": false"#,
        "`quantization_config.load_in_4bit` is false"
      ),
      ("mlx4", #""bits": 4"#, #""bits": 3"#, "`bits` is 3"),
      ("mlx4", #""mode": "affine""#, #""mode": "mxfp4""#, "`mode` is 'mxfp4'"),
      ("mlx4", #""group_size": 32"#, #""group_size": 16"#, "`group_size` is 16"),
    ]
    for (folder, from, to, words) in cases {
      let found = try changed(folder, description: { $0.replacing(from, with: to) })
      #expect(found.contains(words), "\(found)")
    }
    let both = try changed(
      "mlx4",
      description: {
        $0.replacing(#""quantization_config": {"#, with: #""quantization_config": {"x": false,"#)
      })
    #expect(both.contains("`quantization` and `quantization_config` differ"), "\(both)")
  }
}
