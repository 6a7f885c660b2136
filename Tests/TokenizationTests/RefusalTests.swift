import Foundation
import PETL
import TestSupport
import Testing

@testable import Tokenization

@Suite("What a tokenizer's file says that is not supported")
struct RefusalTests {
  private static let small = """
    {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
    """

  /// What reading a small tokenizer says after one text of it was replaced by another.
  private func complaint(_ text: String, _ replacement: String) throws -> String {
    let json = Self.small.replacing(text, with: replacement)
    #expect(json != Self.small)
    let scratch = try ScratchFolder()
    try scratch.write(json, to: "tokenizer.json")
    return TestSupport.complaint { try Tokenizer(path: scratch.path) }
  }

  @Test("the small one is read")
  func small() throws {
    let scratch = try ScratchFolder()
    try scratch.write(Self.small, to: "tokenizer.json")
    let tokenizer = try Tokenizer(path: scratch.path)
    #expect(tokenizer.encode("abba x") == [2, 1, 0])
    #expect(tokenizer.decode([2, 1, 7]) == "ab b")
    #expect(tokenizer.count == 3)
    #expect(tokenizer.notes.isEmpty)
    #expect(tokenizer.special == SpecialTokens())
  }

  @Test(
    "is refused by its key",
    arguments: [
      (#""merges": ["#, #""dropout": 0.1, "merges": ["#, "`model.dropout` is not supported"),
      (#""merges": ["#, #""new": 1, "merges": ["#, "`model.new` is not supported"),
      (#"{"model""#, #"{"surprise": 1, "model""#, "`surprise` is not supported"),
      (#"{"model""#, #"{"version": "2.0", "model""#, "`version` is not supported"),
      ("BPE", "WordLevel", "`model.type` is 'WordLevel', which is not supported"),
      (#""a b""#, #""a""#, "`model.merges[0]` is no merge"),
      (#""a b""#, #""a c""#, "the vocabulary has no token 'c'"),
      (#""a b""#, #""b a""#, "the vocabulary has no token 'ba'"),
      (#""a b""#, "3", "`model.merges[0]` is no merge"),
      (#""b": 1"#, #""b": -1"#, "the token 'b' has the number -1"),
      (#""b": 1"#, #""b": 0"#, "'a' and 'b' have the same number 0"),
      (#""b": 1"#, #""b": "1""#, "the token 'b' has a string"),
      (#"{"a": 0, "b": 1, "ab": 2}"#, "[]", "`model.vocab` is a list"),
      (#""merges": ["#, #""unk_token": "u", "merges": ["#, "`model.unk_token` is 'u'"),
      (
        #"{"model""#, #"{"normalizer": {"type": "Nmt"}, "model""#,
        "`normalizer.type` is 'Nmt', which is not supported"
      ),
      (
        #"{"model""#,
        #"{"normalizer": {"type": "Replace", "pattern": {"Regex": "a|b"}, "content": ""}, "model""#,
        "`normalizer.pattern` is 'a|b', which is not supported"
      ),
      (
        #"{"model""#,
        #"{"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}, "model""#,
        "`normalizer.precompiled_charsmap` is not a table"
      ),
      (
        #"{"model""#,
        #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Lu}+"}, "behavior": "Isolated"}, "model""#,
        #"`pre_tokenizer.pattern` is '\p{Lu}+', which is not supported"#
      ),
      (
        #"{"model""#,
        #"{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "UnicodeScripts"}]}, "model""#,
        "`pre_tokenizer.pretokenizers[0].type` is 'UnicodeScripts'"
      ),
      (
        #"{"model""#, #"{"pre_tokenizer": {"type": "Punctuation", "behavior": "x"}, "model""#,
        "`pre_tokenizer.behavior` is 'x'"
      ),
      (
        #"{"model""#,
        #"{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "last"}, "model""#,
        "`pre_tokenizer.prepend_scheme` is 'last'"
      ),
      (
        #"{"model""#, #"{"decoder": {"type": "CTC"}, "model""#, "`decoder.type` is 'CTC'"
      ),
      (
        #"{"model""#,
        #"{"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}], "pair": []}, "model""#,
        "`post_processor.special_tokens` does not say the numbers of 'x'"
      ),
      (
        #"{"model""#, #"{"added_tokens": [{"id": 5, "content": "x"}], "model""#,
        "gives 'x' the number 5, but it is the next after those before it, 3"
      ),
      (
        #"{"model""#, #"{"added_tokens": [{"id": 3, "content": "a"}], "model""#,
        "gives 'a' the number 3, but it is 0 already"
      ),
      (
        #"{"model""#, #"{"added_tokens": [{"id": 3, "content": "c", "flag": true}], "model""#,
        "`added_tokens[0].flag` is not supported"
      ),
    ])
  func refused(_ text: String, _ replacement: String, _ words: String) throws {
    let found = try complaint(text, replacement)
    #expect(found.contains("tokenizer.json: ") && found.contains(words), "\(found)")
  }

  @Test("models of words and unigrams are checked, too")
  func otherModels() throws {
    for (model, words) in [
      (#"{"type": "WordPiece", "vocab": {"a": 0}}"#, "`model.unk_token` is missing"),
      (#"{"type": "Unigram", "vocab": [["a", 0]]}"#, "`model.unk_id` is missing"),
      (#"{"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}"#, "`model.unk_id` is 1, but"),
      (#"{"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}"#, "`model.vocab[0]` is no token"),
      (#"{"vocab": {}}"#, "`model.type` is missing"),
    ] {
      let scratch = try ScratchFolder()
      try scratch.write("{\"model\": \(model)}", to: "tokenizer.json")
      expectComplaint(words) { try Tokenizer(path: scratch.path) }
    }
  }

  @Test("a folder without a tokenizer says what is missing")
  func missing() throws {
    let scratch = try ScratchFolder()
    expectComplaint("there is no tokenizer.json in this folder") {
      try Tokenizer(path: scratch.path)
    }
    try scratch.write("", to: "spm.model")
    expectComplaint("in this folder, only SentencePiece's spm.model") {
      try Tokenizer(path: scratch.path)
    }
    expectComplaint("there is no tokenizer") { try Tokenizer(path: scratch.path + "/none") }
  }
}
