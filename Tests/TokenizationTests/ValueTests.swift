import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Tokenization

private let folder = fixture("tokenizers")

/// Vocabularies as GGUF files have them, against the files that they are made from.
@Suite("Tokenizers from values")
struct ValueTests {
  private func json(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: readFile(path, limit: 1 << 24), name: path)
  }

  /// The values that a byte-level tokenizer.json becomes.
  private func values(of family: String, _ name: String?) throws -> VocabularyValues {
    let json = try json("\(folder)/\(family)/tokenizer.json")
    let members = try #require(json["model"]?["vocab"]?.members)
    let added = try #require(json["added_tokens"]?.elements)
    let names =
      members.map { ($0.name, $0.value.whole ?? -1) }
      + added.map { ($0["content"]?.text ?? "", $0["id"]?.whole ?? -1) }
    var values = VocabularyValues(
      model: .gpt2, tokens: names.sorted { $0.1 < $1.1 }.map(\.0))
    values.kinds = values.tokens.indices.map { $0 < members.count ? .normal : .control }
    values.merges = try #require(json["model"]?["merges"]?.elements).map {
      ($0.elements ?? []).compactMap(\.text).joined(separator: " ")
    }
    values.preTokenizer = name
    return values
  }

  @Test(
    "are those of tokenizer.json",
    arguments: [
      ("gpt2", "gpt-2"), ("smollm2", "smollm"), ("llama3", "llama-bpe"), ("qwen2", "qwen2"),
    ])
  func byteLevel(_ family: String, _ name: String) throws {
    var values = try values(of: family, name)
    let tokens = try GoldenTokens("\(folder)/\(family)", texts: "\(folder)/texts.json.gz")
    values.bos = tokens.tokenizer.id(of: "<|begin_of_text|>")
    values.eos = 3
    values.otherEnds = [5]
    let own = try Tokenizer(values: values, name: "x.gguf")
    #expect(own.notes.isEmpty)
    #expect(own.special.ends == [3, 5])
    #expect(own.count == values.tokens.count)
    for (text, ids) in zip(tokens.texts, tokens.ids) {
      #expect(own.encode(text) == ids, "\(text.debugDescription)")
      #expect(own.decode(ids) == tokens.tokenizer.decode(ids))
    }
  }

  /// Against SentencePiece itself, which merges by scores, not by a list.
  @Test("merge by scores as SentencePiece does")
  func sentencePiece() throws {
    let path = "\(folder)/sentencepiece/values.json.gz"
    let json = try JSONValue(parsing: readGzipFile(path, limit: 1 << 24), name: path)
    let values = try sentencePieceValues(json)
    let own = try Tokenizer(values: values, name: "x.gguf")
    let texts = try #require(json["texts"]?.elements).compactMap(\.text)
    let ids = try #require(json["ids"]?.elements).map { $0.elements?.compactMap(\.whole) ?? [] }
    let decoded = try #require(json["text"]?.elements).compactMap(\.text)
    #expect(texts.count > 200)
    #expect(ids.count == texts.count)
    for ((text, ids), back) in zip(zip(texts, ids), decoded) {
      #expect(own.encode(text, addsSpecialTokens: false) == ids, "\(text.debugDescription)")
      #expect(own.encode(text) == [1] + ids)
      if !back.contains("\u{FFFD}") { #expect(Array(own.decode(ids).utf8) == Array(back.utf8)) }
    }
    var without = values
    without.addsSpacePrefix = false
    without.addsBOS = false
    without.addsEOS = true
    let plain = try Tokenizer(values: without, name: "x.gguf").encode("the city")
    #expect(plain.last == 2)
    #expect(plain.first != 1)
    #expect(try Tokenizer(values: without, name: "x.gguf").decode(plain) == "the city")
  }

  private func sentencePieceValues(_ json: JSONValue) throws -> VocabularyValues {
    var values = VocabularyValues(
      model: .llama, tokens: try #require(json["tokens"]?.elements).compactMap(\.text))
    values.scores = try #require(json["scores"]?.elements).compactMap(\.double).map(Float.init)
    values.kinds = try #require(json["token_type"]?.elements).compactMap(\.whole)
      .compactMap(VocabularyValues.Kind.init)
    (values.bos, values.eos, values.unknown) = (1, 2, 0)
    return values
  }

  @Test("say what was taken to be so")
  func guesses() throws {
    let values = try values(of: "gpt2", "default")
    let own = try Tokenizer(values: values, name: "x.gguf")
    #expect(own.notes.map(\.kind) == [.guess])
    #expect(own.notes[0].statement.contains("'default': texts are cut as GPT-2's are"))
  }

  @Test("are refused where they do not fit")
  func refusals() throws {
    let good = try values(of: "gpt2", "gpt-2")
    func refuse(_ words: String, _ change: (inout VocabularyValues) -> Void) {
      var values = good
      change(&values)
      expectComplaint(words) { try Tokenizer(values: values, name: "x.gguf") }
    }
    refuse("`tokenizer.ggml.pre` is 'qwen', which is not supported") { $0.preTokenizer = "qwen" }
    refuse("did you mean 'qwen2'?") { $0.preTokenizer = "qwen3" }
    refuse("x.gguf: `tokenizer.ggml.token_type` has 1 entries") { $0.kinds = [.normal] }
    refuse("`tokenizer.ggml.scores` has 0 entries") { $0.model = .llama }
    refuse("`tokenizer.ggml.merges[0]` is no merge") { $0.merges = ["ab"] }
    refuse("the vocabulary has no token 'zzz'") { $0.merges = ["zzz a"] }
    refuse("`tokenizer.ggml.bos_token_id` is 99999") { $0.bos = 99999 }
    refuse("there is no `tokenizer.ggml.bos_token_id`") { $0.addsBOS = true }
  }
}
