import TestSupport
import Testing

@testable import Tokenization

private let folder = fixture("tokenizers")

@Suite("Text of tokens that come one by one")
struct StreamTests {
  @Test("is what decoding them at once gives", arguments: FamilyTests.families)
  func whole(_ family: String) throws {
    let golden = try GoldenTokens("\(folder)/\(family)", texts: "\(folder)/texts.json.gz")
    for (ids, text) in zip(golden.ids, golden.texts).prefix(100) {
      var stream = golden.tokenizer.decodingStream()
      var parts = ids.map { stream.append($0) }
      let early = parts.joined()
      parts.append(stream.finish())
      let decoded = golden.tokenizer.decode(ids)
      #expect(parts.joined() == decoded, "\(text.debugDescription) \(ids)")
      // What is given early is never taken back.
      #expect(Array(decoded.utf8).starts(with: Array(early.utf8)))
    }
  }

  @Test("never has a part of a character", arguments: ["gpt2", "llama2"])
  func characters(_ family: String) throws {
    let tokenizer = try Tokenizer(path: "\(folder)/\(family)")
    let text = "👨‍👩‍👧‍👦 € 𝒜 x"
    let ids = tokenizer.encode(text, addsSpecialTokens: false)
    #expect(ids.count > 10)
    var stream = tokenizer.decodingStream()
    let parts = ids.map { stream.append($0) }
    #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
    #expect(parts.filter { !$0.isEmpty }.count > 5)
    #expect(parts.joined() + stream.finish() == text)
  }

  @Test("leaves special tokens out on request")
  func special() throws {
    let tokenizer = try Tokenizer(path: "\(folder)/llama3")
    let ids = tokenizer.encode("a b") + [try #require(tokenizer.id(of: "<|eot_id|>"))]
    var (with, without) = (
      tokenizer.decodingStream(skipsSpecialTokens: false), tokenizer.decodingStream()
    )
    #expect(ids.map { with.append($0) }.joined() == "<|begin_of_text|>a b<|eot_id|>")
    #expect(ids.map { without.append($0) }.joined() == "a b")
  }
}
