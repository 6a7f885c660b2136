import TestSupport
import Testing

@testable import Tokenization

/// Long texts take steps in proportion to their length.
@Suite("The work of long texts")
struct EffortTests {
  /// A table in which a letter becomes two, then four, then eight.
  private var doubling: MergeTable {
    var table = MergeTable()
    for power in 0..<16 { table.set(power, power, rank: power, token: power + 1) }
    return table
  }

  @Test("a megabyte of one letter takes n log n steps")
  func oneLetter() {
    let count = 1 << 20
    var queue = MergeQueue([Int](repeating: 0, count: count))
    doubling.merge(&queue, count: count)
    #expect(queue.result == [Int](repeating: 16, count: count >> 16))
    // Every letter enters and leaves the heap about twice; a heap of a million is 20 deep.
    #expect(queue.steps < 4 * 20 * count, "\(queue.steps)")
    #expect(queue.steps > count)
  }

  @Test("a longest added token that almost matches everywhere is not looked for in vain")
  func addedTokens() throws {
    let tokens = [AddedToken(content: Array(repeating: "a", count: 30) + ["b"], id: 1)]
    let added = AddedTokens(tokens, spelling: \.content)
    let text = [Unicode.Scalar](repeating: "a", count: 100_000)
    #expect(added.parts(of: text).map(\.range) == [text.indices])
  }

  @Test("what is searched for is found without starting again")
  func occurrences() {
    let wanted = [Unicode.Scalar](repeating: "a", count: 1000) + ["b"]
    let text = [Unicode.Scalar](repeating: "a", count: 200_000) + ["b"]
    #expect(Tokenization.occurrences(of: wanted, in: text) == [199_000..<200_001])
    #expect(
      Tokenization.occurrences(of: ["a", "a"], in: Array("aaaaa".unicodeScalars)) == [0..<2, 2..<4])
  }

  @Test(
    "long runs of one kind go through every step",
    arguments: ["llama3", "gpt2", "llama2", "bert-uncased", "deberta-v3", "mixed-bpe"])
  func runs(_ family: String) throws {
    let tokenizer = try Tokenizer(path: fixture("tokenizers/\(family)"))
    for unit in ["a", " ", "\n", "\u{301}", "1", "\u{1F468}\u{200D}", "."] {
      let text = String(repeating: unit, count: 20_000)
      let ids = tokenizer.encode(text, addsSpecialTokens: false)
      #expect(ids.allSatisfy { $0 < tokenizer.count })
    }
  }
}
