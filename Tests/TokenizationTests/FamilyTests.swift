import TestSupport
import Testing

@testable import Tokenization

private let folder = fixture("tokenizers")

/// Against the `tokenizers` library (Tests/Fixtures/make_tokenizers.py).
@Suite("Tokenizers of every family")
struct FamilyTests {
  static let families = [
    "gpt2", "roberta", "llama3", "qwen2", "smollm2", "llama2", "llama2-metaspace", "gemma",
    "bert-uncased", "bert-cased", "deberta-v3", "deberta-v3-again", "mixed-unigram",
    "mixed-first", "mixed-bpe", "mixed-words",
  ]

  @Test("number odd texts as the tokenizers library does, and give them back", arguments: families)
  func golden(_ family: String) throws {
    let golden = try GoldenTokens("\(folder)/\(family)", texts: "\(folder)/texts.json.gz")
    #expect(golden.texts.count == 300)
    #expect(golden.ids.count == 300)
    #expect(golden.pairs.count == 120)
    #expect(golden.decoded.count == 150)
    let found = golden.differences()
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }
}
