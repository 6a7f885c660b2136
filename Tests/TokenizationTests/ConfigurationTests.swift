import Foundation
import PETL
import TestSupport
import Testing

@testable import Tokenization

@Suite("What lies beside a tokenizer")
struct ConfigurationTests {
  /// A tokenizer of the fixtures with other files beside it.
  private func tokenizer(_ family: String, _ files: [String: String]) throws -> Tokenizer {
    let scratch = try ScratchFolder()
    let text = try String(
      contentsOfFile: fixture("tokenizers/\(family)/tokenizer.json"), encoding: .utf8)
    try scratch.write(text, to: "tokenizer.json")
    for (name, text) in files { try scratch.write(text, to: name) }
    return try Tokenizer(path: scratch.path)
  }

  @Test("names special tokens")
  func special() throws {
    let own = try tokenizer(
      "bert-cased",
      [
        "tokenizer_config.json": #"{"cls_token": "[CLS]", "sep_token": {"content": "[SEP]"}}"#,
        "special_tokens_map.json":
          #"{"cls_token": "[PAD]", "mask_token": "[MASK]", "pad_token": "[PAD]"}"#,
        "generation_config.json": #"{"eos_token_id": [3, 4]}"#,
        "config.json": #"{"eos_token_id": 2, "bos_token_id": 2, "pad_token_id": -1}"#,
      ])
    var wanted = SpecialTokens()
    (wanted.pad, wanted.unk, wanted.cls, wanted.sep, wanted.mask) = (0, 1, 2, 3, 4)
    (wanted.bos, wanted.eos, wanted.ends) = (2, 3, [2, 3, 4])
    #expect(own.special == wanted)
    #expect(own.notes.isEmpty)
  }

  @Test("says which texts get a token before or after them")
  func ends() throws {
    let names = #""bos_token": "<s>", "eos_token": "</s>""#
    let plain = try tokenizer("llama2", ["tokenizer_config.json": "{\(names)}"])
    #expect(plain.encode("a").first == 1)
    let same = try tokenizer(
      "llama2", ["tokenizer_config.json": "{\(names), \"add_bos_token\": true}"])
    #expect(same.notes.isEmpty)
    #expect(same.encode("a") == plain.encode("a"))
    let none = try tokenizer(
      "llama2", ["tokenizer_config.json": "{\(names), \"add_bos_token\": false}"])
    #expect(none.encode("a") == Array(plain.encode("a").dropFirst()))
    #expect(none.notes.map(\.sentence).joined().contains("begin with no bos token"))
    let both = try tokenizer(
      "llama2", ["tokenizer_config.json": "{\(names), \"add_eos_token\": true}"])
    #expect(both.encode("a") == plain.encode("a") + [2])
    let pair = both.encodePair("a", "b")
    #expect(pair.ids == both.encode("a") + both.encode("b"))
    #expect(pair.typeIDs.first == 0 && pair.typeIDs.last == 1)
  }

  @Test("is refused or noted where it says something else than tokenizer.json")
  func contradictions() throws {
    expectComplaint("`do_lower_case` is true, but tokenizer.json has `normalizer.lowercase`: false")
    {
      try tokenizer("bert-cased", ["tokenizer_config.json": #"{"do_lower_case": true}"#])
    }
    expectComplaint("`split_special_tokens` is not supported") {
      try tokenizer("gpt2", ["tokenizer_config.json": #"{"split_special_tokens": true}"#])
    }
    expectComplaint("`bos_token` is a whole number, expected a token") {
      try tokenizer("gpt2", ["tokenizer_config.json": #"{"bos_token": 3}"#])
    }
    let prefix = try tokenizer("gpt2", ["tokenizer_config.json": #"{"add_prefix_space": true}"#])
    #expect(prefix.notes.map(\.kind) == [.warning])
    let unknown = try tokenizer("gpt2", ["tokenizer_config.json": #"{"pad_token": "[PAD]"}"#])
    #expect(unknown.special.pad == nil)
    #expect(unknown.notes[0].statement.contains("no token '[PAD]', which is its `pad_token`"))
  }

  @Test("stored truncation and padding are not used, and said so")
  func stored() throws {
    let scratch = try ScratchFolder()
    let model = #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}"#
    try scratch.write(
      "{\"truncation\": {\"max_length\": 2}, \"padding\": {\"pad_id\": 0}, \(model)}",
      to: "tokenizer.json")
    let own = try Tokenizer(path: scratch.path)
    #expect(own.encode("aaaa") == [0, 0, 0, 0])
    #expect(own.notes.map(\.sentence).joined().contains("truncation and padding are not used"))
  }

  /// Names of tokens are bytes: two spellings of é are two names.
  @Test("spellings are compared byte by byte")
  func spellings() throws {
    let scratch = try ScratchFolder()
    try scratch.write(
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"\u{E9}\": 0, \"e\u{301}\": 1, \"e\": 2}, \"merges\": []}}",
      to: "tokenizer.json")
    let own = try Tokenizer(path: scratch.path)
    #expect(own.encode("\u{E9}e") == [0, 2])
    #expect(own.id(of: "e\u{301}") == 1)
    #expect(own.token(0).map { Array($0.utf8) } == Array("\u{E9}".utf8))
  }

  /// What docs/architecture/tokenization.md shows.
  @Test("is not needed")
  func shown() throws {
    let folder = fixture("tokenizers/bert-cased")
    let tokenizer = try Tokenizer(path: folder)
    let ids = tokenizer.encode("The capital of France is")
    let pair = tokenizer.encodePair("A question?", "An answer.", length: 64)
    let text = tokenizer.decode(ids)
    #expect(text == "The capital of France is")
    #expect(pair.typeIDs.first == 0 && pair.typeIDs.last == 1)
    #expect(pair.ids.count == pair.typeIDs.count)
  }
}
