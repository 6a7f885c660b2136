import PETL
import TestSupport
import Testing

@testable import Checkpoints

/// Tokenizers of Hugging Face's folders as keys of GGUF files.
@Suite("Tokenizers written to GGUF files")
struct GGUFTokenizerTests {
  static let qwen =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
  static let llama = qwen.replacing(#"|\\p{N}|"#, with: #"|\\p{N}{1,3}|"#)

  static func json(
    _ splitting: String, normalizer: String = "null", model: String = #""type": "BPE""#,
    merges: String = #"[["a", "b"]]"#, first: String = "null"
  ) throws -> JSONValue {
    let text = """
      {"normalizer": \(normalizer), "pre_tokenizer": \(splitting), "post_processor": \(first),
       "added_tokens": [{"id": 4, "content": "<end>", "special": true},
                        {"id": 3, "content": "<x>", "special": false}],
       "model": {\(model), "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": \(merges)}}
      """
    return try JSONValue(parsing: Array(text.utf8), name: "tokenizer.json")
  }

  static let bytes = #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"#
  static func split(_ pattern: String) -> String {
    #"{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\#(pattern)"},"#
      + #""behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "use_regex": false}]}"#
  }
  static let digits =
    #"{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, \#(bytes)]}"#

  static func tokenizer(_ json: JSONValue, _ config: [JSONValue.Member] = []) throws
    -> GGUFTokenizer
  {
    try GGUFTokenizer(
      huggingFace: json, configuration: .object(config), chatTemplate: "T", name: "t.json")
  }

  @Test(
    "name their way of splitting",
    arguments: [
      (bytes, "null", "gpt-2"), (digits, "null", "smollm"), (split(llama), "null", "llama-bpe"),
      (split(qwen), #"{"type": "NFC"}"#, "qwen2"),
    ])
  func splitting(splitting: String, normalizer: String, name: String) throws {
    let tokenizer = try Self.tokenizer(Self.json(splitting, normalizer: normalizer))
    #expect(tokenizer.split == name)
  }

  @Test(
    "with another way of splitting are refused",
    arguments: [
      (bytes, #"{"type": "NFC"}"#), (split(qwen), "null"), (split("x+"), "null"),
      (#"{"type": "Whitespace"}"#, "null"), ("null", "null"),
      (#"{"type": "ByteLevel", "add_prefix_space": true}"#, "null"),
    ])
  func unknown(splitting: String, normalizer: String) throws {
    let json = try Self.json(splitting, normalizer: normalizer)
    expectComplaint("has no name in GGUF") { try Self.tokenizer(json) }
  }

  @Test("have tokens, kinds, merges and special tokens")
  func parts() throws {
    let config: [JSONValue.Member] = [
      .init("vocab_size", .integer(7)), .init("eos_token_id", .array([.integer(4), .integer(0)])),
      .init("bos_token_id", .null), .init("pad_token_id", .integer(4)),
    ]
    let first = #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}]}"#
    let tokenizer = try Self.tokenizer(Self.json(Self.bytes, first: first), config)
    #expect(tokenizer.tokens == ["a", "b", "ab", "<x>", "<end>", "[PAD5]", "[PAD6]"])
    #expect(
      tokenizer.kinds == [.normal, .normal, .normal, .userDefined, .control, .unused, .unused])
    #expect(tokenizer.merges == ["a b"])
    #expect(tokenizer.specials == ["eos": 4, "padding": 4])
    #expect(tokenizer.addsStart == true)
    let old = try Self.tokenizer(Self.json(Self.bytes, merges: #"["a b"]"#), config)
    #expect(old.merges == ["a b"])
    #expect(old.addsStart == false)
    let file = try GGUFFile(
      bytes: GGUFWriter(tokenizer.keyValues, tensors: []).data(), name: "w.gguf")
    #expect(try GGUFTokenizer(file) == tokenizer)
  }

  @Test("of another kind are refused")
  func kinds() throws {
    for model in [#""type": "Unigram""#, #""type": "BPE", "byte_fallback": true"#] {
      let json = try Self.json(Self.bytes, model: model)
      expectComplaint("this is no byte-level BPE") { try Self.tokenizer(json) }
    }
    let many: [JSONValue.Member] = [.init("vocab_size", .integer(2_000_000_000))]
    expectComplaint("have no numbers from 0 to 1999999999") {
      try Self.tokenizer(Self.json(Self.bytes), many)
    }
  }

  @Test("of a folder go into the file, or a note says why not")
  func folder() throws {
    try withScratchFolder { folder in
      let weights = try GGUFWeightsTests.open("llama")
      let records = try weights.entries.map {
        TensorRecord.float32($0.name, shape: $0.shape, try weights.floats($0.name))
      }
      try SafetensorsWriter.write(records, metadata: [:], to: "\(folder)/model.safetensors")
      expectComplaint("there is no config.json beside the weights") {
        try GGUFConversion.planning(WeightFile(path: folder), as: .f16)
      }
      try put(weights.configuration.formatted(), "\(folder)/config.json")
      func plan() throws -> (GGUFConversion, notes: [Note]) {
        try GGUFConversion.planning(WeightFile(path: folder), as: .f16)
      }
      #expect(try plan().notes.map(\.kind) == [.warning])
      try put(Self.json(Self.digits).formatted(), "\(folder)/tokenizer.json")
      try put(#"{"chat_template": "{{ x }}"}"#, "\(folder)/tokenizer_config.json")
      let (conversion, notes) = try plan()
      #expect(notes.isEmpty)
      try conversion.write(to: "\(folder)/out.gguf")
      let written = try GGUFWeights(path: "\(folder)/out.gguf")
      let tokenizer = try #require(try GGUFTokenizer(written.file))
      #expect(tokenizer.split == "smollm")
      #expect(tokenizer.tokens.count == 40)
      #expect(tokenizer.chatTemplate == "{{ x }}")
      // And from one GGUF file to another, whose keys stay.
      let (again, _) = try GGUFConversion.planning(
        WeightFile(path: "\(folder)/out.gguf"), as: .f32)
      #expect(again.keyValues.map(\.key) == conversion.keyValues.map(\.key))
      try put(Self.json("null").formatted(), "\(folder)/tokenizer.json")
      #expect(try plan().notes.map(\.kind) == [.warning])
    }
  }
}
