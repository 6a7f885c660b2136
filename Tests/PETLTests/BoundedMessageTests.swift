import Testing

@testable import PETL

/// What files make long or many is neither printed whole nor compared without an end.
@Suite struct BoundedMessageTests {
  @Test func longWordsAreCutInTheirMiddle() {
    let word = String(repeating: "x", count: 1_000_000)
    let message = Diagnostic("there is no adapter '\(word)'", hints: ["not \(word)"])
    #expect(message.message.hasPrefix("there is no adapter 'xxx"))
    #expect(message.message.contains("x…(999602 more)…x"))
    #expect(message.message.hasSuffix("x'"))
    #expect(message.message.count < 600)
    #expect(message.hints[0].count < 600)
  }

  @Test func longSentencesToo() {
    let words = String(repeating: "word ", count: 100_000)
    let message = Diagnostic(words).message
    #expect(message.unicodeScalars.count < 4000)
    #expect(message.contains(" more)…"))
  }

  /// A character may be made of any number of scalars.
  @Test func marksUponMarks() {
    let pile = "e" + String(repeating: "\u{301}", count: 1_000_000)
    #expect(Diagnostic(pile).message.unicodeScalars.count < 600)
  }

  @Test(arguments: ["", "short", String(repeating: "path/", count: 100), "a  b "])
  func othersStay(_ text: String) {
    #expect(Diagnostic(text).message == text)
  }

  @Test func longListsSayHowManyThereAre() {
    func text(_ count: Int) -> [Substring] {
      DiagnosticError((0..<count).map { Diagnostic("mistake \($0)") }).description
        .split(separator: "\n")
    }
    #expect(text(3000).count == 51)
    #expect(text(3000).last == "and 2950 more")
    #expect(text(51).last == "error: mistake 50")
  }

  /// 3,000 names that are nearly right, of 3,000: only as many are looked for as are listed.
  @Test func theWorkForNearestNamesIsBounded() {
    let names = (0..<3000).map { "blocks.\($0).attention.projection.weight" }
    var search = NearestNames(among: names)
    let found = names.compactMap { search.nearest(to: $0 + "s") }
    #expect(found == Array(names.prefix(Diagnostic.mostListed)))
    #expect(search.work < 2 * NearestNames.mostWork)
  }

  @Test func longNamesHaveNoNearest() {
    let long = String(repeating: "x", count: 400_000)
    var search = NearestNames(among: [long, "rank"])
    #expect(search.nearest(to: long + "y") == nil)
    #expect(search.work == 0)
    #expect(search.nearest(to: "rnk") == "rank")
  }

  /// The shortened search finds what the plain one does.
  @Test func theNearestIsTheNearest() {
    let names = ["ab", "abc", "abcd", "bacd", "xyz", "abxd"]
    #expect(nearestName(to: "abdc", among: names) == "abc")
    #expect(nearestName(to: "bcd", among: names) == "abcd")
    #expect(nearestName(to: "zyx", among: names) == nil)
    #expect(nearestName(to: "ABC", among: names) == "abc")
    #expect(nearestName(to: "a", among: names) == "ab")
  }
}
