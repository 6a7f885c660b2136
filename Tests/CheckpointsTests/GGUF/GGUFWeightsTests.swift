import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// The networks of Fixtures/make_gguf.py: the numbers of a tensor follow from its place among Hugging
/// Face's names, and were laid out as llama.cpp's converter does.
@Suite("Networks in GGUF files")
struct GGUFWeightsTests {
  static let names = ["llama", "llama3", "qwen2", "qwen3", "gemma3", "gpt2"]

  static func numbers(_ index: Int, _ count: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37 + index * 11) % 61 - 30) / 2 }
  }

  static func open(_ name: String) throws -> GGUFWeights {
    try #require(try WeightFile(path: fixture("gguf/\(name).gguf")).store as? GGUFWeights)
  }

  @Test("have Hugging Face's names, order and layout", arguments: names)
  func tensors(name: String) throws {
    let weights = try Self.open(name)
    for (index, entry) in weights.entries.enumerated() {
      let wanted = Self.numbers(index, entry.elementCount)
      let found = try weights.floats(entry.name)
      if weights.storedType(entry.name) == "Q8_0" {
        let worst = zip(wanted, found).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= 15.0 / 254 + 1e-3, "\(entry.name)")
      } else {
        #expect(found == wanted, "\(entry.name)")
      }
      #expect(try weights.bytes(entry.name) == ByteStore.bytes(of: found))
      // In blocks: the matrix of the map, which GPT-2's library keeps transposed.
      guard let matrix = try weights.blocks(entry.name) else {
        #expect(entry.shape.count != 2)
        continue
      }
      let isTurned = entry.name.contains(".c_")
      #expect([matrix.rows, matrix.columns] == (isTurned ? entry.shape.reversed() : entry.shape))
      let values = matrix.unpacked().values
      let columns = entry.shape[1]
      let same = found.indices.allSatisfy { i in
        let (row, column) = (i / columns, i % columns)
        return found[i] == values[isTurned ? column * entry.shape[0] + row : i]
      }
      #expect(same, "\(entry.name)")
    }
  }

  @Test("have their configuration")
  func configuration() throws {
    func config(_ name: String) throws -> JSONValue { try Self.open(name).configuration }
    let llama = try config("llama")
    let wanted: [String: JSONValue] = [
      "model_type": .string("llama"), "hidden_size": .integer(32), "head_dim": .integer(8),
      "intermediate_size": .integer(64), "num_hidden_layers": .integer(1),
      "num_attention_heads": .integer(4), "num_key_value_heads": .integer(2),
      "vocab_size": .integer(40), "max_position_embeddings": .integer(24),
      "rms_norm_eps": .number(1e-6), "rope_theta": .number(500000), "rope_scaling": .null,
      "tie_word_embeddings": .bool(true), "attention_bias": .bool(false),
      "bos_token_id": .integer(1), "eos_token_id": .integer(0), "pad_token_id": .integer(0),
      "architectures": .array([.string("LlamaForCausalLM")]), "hidden_act": .string("silu"),
    ]
    for (key, value) in wanted { #expect(llama[key] == value, "\(key)") }
    let scaled = try config("llama3")
    #expect(scaled["head_dim"] == .integer(16))
    #expect(scaled["tie_word_embeddings"] == .bool(false))
    #expect(scaled["rope_scaling"]?["rope_type"] == .string("llama3"))
    #expect(scaled["rope_scaling"]?["factor"] == .number(8))
    #expect(
      scaled["rope_scaling"]?["original_max_position_embeddings"] == .integer(8192))
    #expect(try config("qwen2")["model_type"] == .string("qwen2"))
    #expect(try config("qwen3")["head_dim"] == .integer(16))
    let gemma = try config("gemma3")
    #expect(gemma["model_type"] == .string("gemma3_text"))
    #expect(gemma["layer_types"] == .array([.string("sliding_attention")]))
    #expect(gemma["sliding_window"] == .integer(8))
    #expect(gemma["query_pre_attn_scalar"] == .integer(16))
    #expect(gemma["rope_local_base_freq"] == .number(10000))
    let gpt2 = try config("gpt2")
    #expect(gpt2["n_embd"] == .integer(32))
    #expect(gpt2["n_inner"] == .integer(64))
    #expect(gpt2["layer_norm_epsilon"] == .number(1e-5))
  }

  @Test("have their tokenizer in parts")
  func tokenizer() throws {
    let file = try Self.open("llama").file
    let tokenizer = try #require(try GGUFTokenizer(file))
    #expect(tokenizer.model == "gpt2")
    #expect(tokenizer.split == "smollm")
    #expect(tokenizer.tokens.count == 40)
    #expect(tokenizer.tokens.prefix(2) == ["<|end|>", "a"])
    #expect(tokenizer.kinds?.prefix(2) == [.control, .normal])
    #expect(tokenizer.merges == ["a a", "b b"])
    #expect(tokenizer.specials == ["bos": 1, "eos": 0, "padding": 0])
    #expect(tokenizer.addsStart == false)
    #expect(tokenizer.addsEnd == nil)
    #expect(tokenizer.scores == nil)
    #expect(tokenizer.chatTemplate == "{{ messages[0]['content'] }}")
    #expect(try GGUFTokenizer(GGUFFile(path: fixture("gguf/kinds.gguf"))) == nil)
  }

  /// A fixture with other keys or tensors.
  private func changed(
    _ name: String, replacing keys: [String: GGUFValue?] = [:],
    _ change: (GGUFRecord) -> GGUFRecord? = { $0 }
  ) throws -> GGUFFile {
    let file = try GGUFFile(path: fixture("gguf/\(name).gguf"))
    var pairs = file.keyValues.compactMap { pair in
      let new = keys[pair.key] ?? .some(pair.value)
      return new.map { GGUFKeyValue(pair.key, $0) }
    }
    for (key, value) in keys.sorted(by: { $0.key < $1.key }) where file.value(key) == nil {
      if let value { pairs.append(.init(key, value)) }
    }
    let records = file.tensors.compactMap { tensor in
      change(
        GGUFRecord(name: tensor.name, type: tensor.type, shape: tensor.shape) {
          try file.storedBytes(tensor.name)
        })
    }
    return try GGUFFile(
      bytes: GGUFWriter(pairs, tensors: records).data(), name: "w.gguf")
  }

  @Test(
    "that would be computed otherwise are refused by key",
    arguments: [
      ("general.architecture", GGUFValue.string("mamba"), "architecture `mamba` are not read"),
      ("llama.expert_count", .uint32(8), "`llama.expert_count` is 8, expected no such key"),
      ("llama.logit_scale", .float32(2), "`llama.logit_scale` is 2.0"),
      ("llama.rope.scaling.type", .string("su"), "`llama.rope.scaling.type` is `su`"),
      ("llama.rope.scaling.type", .string("linear"), "no key `llama.rope.scaling.factor`"),
      ("llama.rope.dimension_count", .uint32(4), "turn a part of a head"),
      ("llama.block_count", .uint32(2_000_000_000), "more than the 11 tensors"),
      ("llama.block_count", .string("two"), "`llama.block_count` is two, expected a whole number"),
      ("llama.attention.head_count_kv", .uint32(3), "no multiple of `head_count_kv` 3"),
      ("llama.attention.head_count", .uint32(2), "`blk.0.attn_q.weight` is [32, 32], expected"),
      ("llama.attention.causal", .bool(false), "expected true"),
      ("llama.vocab_size", .uint32(41), "`llama.vocab_size` is 41"),
      ("split.count", .uint16(2), "this is one of 2 parts"),
    ])
  func refused(key: String, value: GGUFValue, words: String) throws {
    var keys: [String: GGUFValue?] = [key: value]
    // Two heads of 16 would be as good as four of 8.
    if key == "llama.attention.head_count" { keys["llama.attention.key_length"] = .uint32(8) }
    let file = try changed("llama", replacing: keys)
    expectComplaint(words) { try GGUFWeights(file) }
  }

  @Test("of which something is missing or unknown are refused")
  func missing() throws {
    let file = try changed("llama", replacing: ["llama.embedding_length": nil])
    expectComplaint("there is no key `llama.embedding_length`") { try GGUFWeights(file) }
    let odd = try changed("llama") { record in
      GGUFRecord(
        name: record.name.replacing("attn_norm", with: "attn_sub_norm"), type: record.type,
        shape: record.shape, bytes: record.bytes)
    }
    expectComplaint("tensor `blk.0.attn_sub_norm.weight` is no part of a llama of 1 layers") {
      try GGUFWeights(odd)
    }
    let frequencies = try changed("llama3") { record in
      guard record.name == "rope_freqs.weight" else { return record }
      return GGUFRecord(name: record.name, type: .f32, shape: record.shape) {
        ByteStore.bytes(of: (1...8).map(Float.init))
      }
    }
    expectComplaint("scales positions in a way that is not Llama 3's") {
      try GGUFWeights(frequencies)
    }
    let packed = try changed("llama") { record in
      guard record.name == "blk.0.ffn_up.weight" else { return record }
      return GGUFRecord(name: record.name, type: .iq4NL, shape: record.shape) {
        [UInt8](repeating: 0, count: 64 * 18)
      }
    }
    expectComplaint("`blk.0.ffn_up.weight` is IQ4_NL, whose numbers are not read here") {
      try GGUFWeights(packed)
    }
    #expect(try packed.storedBytes("blk.0.ffn_up.weight").count == 64 * 18)
  }

  @Test("note keys that nobody knows, and take a window for Mistral")
  func notes() throws {
    let file = try changed(
      "llama",
      replacing: ["llama.future": .uint32(1), "llama.attention.sliding_window": .uint32(16)])
    let weights = try GGUFWeights(file)
    #expect(
      weights.notes.map(\.sentence) == ["the key `llama.future` is not known and has no effect"])
    #expect(weights.configuration["model_type"] == .string("mistral"))
    #expect(weights.configuration["sliding_window"] == .integer(16))
  }

  @Test("a tokenizer whose parts do not fit is refused")
  func tokenizerFaults() throws {
    let file = try changed(
      "llama",
      replacing: [
        "tokenizer.ggml.token_type": .array(.int32([1, 2])),
        "tokenizer.ggml.eos_token_id": .uint32(40),
        "tokenizer.ggml.merges": .array(.string(["ab"])),
      ])
    let text = complaint { try GGUFTokenizer(file) }
    #expect(text.contains("`tokenizer.ggml.token_type` is [1, 2], expected numbers from 1 to 6"))
    #expect(text.contains("`tokenizer.ggml.eos_token_id` is 40"))
    #expect(text.contains("texts of two parts with a space between"))
  }
}
