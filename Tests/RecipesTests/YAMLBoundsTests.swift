import PETL
import Recipes
import Testing

@Suite struct YAMLBoundsTests {
  /// The first line of what is printed for `text`.
  private func refusal(_ text: String) -> String {
    String(failure { _ = try parse(text) }.prefix { $0 != "\n" })
  }

  @Test(.timeLimit(.minutes(20))) func aliasBombs() {
    var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      laughs += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let elapsed = ContinuousClock().measure {
      #expect(refusal(laughs) == "r.yaml:4:45: error: the text expands to more than 10000 values")
    }
    #expect(elapsed < .seconds(1))

    let text = "a: &a \(String(repeating: "x", count: 100_000))\n"
    let copies = Array(repeating: "*a", count: 100).joined(separator: ", ")
    #expect(refusal("\(text)b: [\(copies)]").hasSuffix("the text expands to more than 4 MiB"))
    let keys = (0..<100).map { "*a : \($0)" }.joined(separator: ", ")
    #expect(
      refusal("\(text)b: {\(keys)}").contains("4 MiB")
        || refusal("\(text)b: {\(keys)}").contains("twice"))
  }

  @Test func depth() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try parse(nested(64))
    #expect(refusal(nested(65)) == "r.yaml:1:65: error: the nesting is deeper than 64 levels")
    #expect(
      refusal("a: &a \(nested(40))\nb: \(String(repeating: "[", count: 30))*a")
        == "r.yaml:2:34: error: the nesting is deeper than 64 levels")
  }

  @Test func countOfValues() throws {
    // One list, and its elements.
    func list(_ count: Int) -> String { "[" + String(repeating: "a,", count: count) + "]" }
    _ = try parse(list(9_999))
    #expect(refusal(list(10_000)).hasSuffix("the text expands to more than 10000 values"))
  }

  @Test func countOfMistakes() {
    let text = String(repeating: "a: 1\n", count: 200)
    let printed = failure { _ = try parse(text) }
    #expect(printed.hasSuffix("\nerror: and 149 more mistakes"))
    #expect(printed.split(separator: "\n").count == 50 * 4 + 1)
  }

  /// Texts that are slow to parse for a parser that is not careful.
  @Test(
    .timeLimit(.minutes(20)),
    arguments: ["[", "{", "a: ", "? ", "- ", "&a ", "{a: ", "é", "\"", "#\n", " \n", "!", "%", "*"])
  func largeTexts(_ part: String) {
    let text = String(repeating: part, count: 1_000_000 / part.utf8.count)
    let elapsed = ContinuousClock().measure { _ = failure { _ = try parse(text) } }
    #expect(elapsed < .seconds(10))
  }

  /// Thousands of aliases that are nearly right, and names of half a megabyte.
  @Test func unknownAliases() {
    let anchors = (0..<3000).map { "k\($0): &anchor\($0)x 1" }.joined(separator: "\n")
    let aliases = (0..<1000).map { "l\($0): *anchox\($0)y" }.joined(separator: "\n")
    let text = failure { _ = try parse(anchors + "\n" + aliases) }
    #expect(text.contains("did you mean '*anchor0x'?"))
    #expect(text.contains("and 950 more mistakes"))
    #expect(text.utf8.count < 20_000)
    let long = String(repeating: "x", count: 400_000)
    let one = failure { _ = try parse("a: &\(long) 1\nb: *\(long)y") }
    #expect(one.contains("there is no '&xxx"))
    #expect(one.utf8.count < 3000)
  }
}
