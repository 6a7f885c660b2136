import PETL
import Testing

@Suite struct DiagnosticTests {
  private func printed(_ text: String, line: Int, column: Int, length: Int = 1) -> String {
    let source = SourceText(name: "t", text: text)
    let span = SourceSpan(source: source, line: line, column: column, length: length)
    return Diagnostic("wrong", at: span, hints: ["help"]).description
  }

  @Test(arguments: [
    (1, 1, 2, "t:1:1: error: wrong\n 1 | größe: 1\n   | ^~\n  help"),
    (1, 8, 9, "t:1:8: error: wrong\n 1 | größe: 1\n   |        ^\n  help"),
    (2, 2, 1, "t:2:2: error: wrong\n 2 | \tx\n   | \t^\n  help"),
    (3, 1, 1, "t:3:1: error: wrong\n 3 | \n   | ^\n  help"),
    (4, 1, 1, "t:4:1: error: wrong\n  help"),
  ])
  func caret(_ line: Int, _ column: Int, _ length: Int, _ expected: String) {
    #expect(printed("größe: 1\r\n\tx\n", line: line, column: column, length: length) == expected)
  }

  @Test func longLinesAreCut() {
    let text = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let lines = printed(text, line: 1, column: 501).split(separator: "\n")
    #expect(lines[1].count == 160 + 5)
    let caret = lines[2].firstIndex(of: "^").map { lines[2][..<$0].count }
    let quoted = lines[1].firstIndex(of: "X").map { lines[1][..<$0].count }
    #expect(caret == quoted)
    #expect(caret != nil)
  }

  @Test func terminalCommandsAreNotQuoted() {
    #expect(printed("\u{1B}[2Jx", line: 1, column: 5).contains(" 1 | \u{FFFD}[2Jx\n   |     ^"))
  }

  @Test(arguments: [
    ("a\nb", ["a", "b"]), ("a\r\nb\r", ["a", "b", ""]),
    ("a\u{85}b\u{2028}c\u{2029}d", ["a", "b", "c", "d"]),
    ("", [""]), ("a\u{B}b", ["a\u{B}b"]),
  ])
  func lines(_ text: String, _ expected: [String]) {
    #expect(SourceText(name: "", text: text).lines == expected)
  }

  @Test(arguments: [
    ("rnk", "rank"), ("RANK", "rank"), ("weight-decay", "weight_decay"), ("wieght", "weight"),
    ("banana", nil), ("", nil),
  ])
  func nearest(_ name: String, _ expected: String?) {
    #expect(nearestName(to: name, among: ["rank", "weight", "weight_decay"]) == expected)
  }
}
