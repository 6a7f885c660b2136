import Testing

@testable import PETL

/// Names in files cannot command a terminal.
@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("plain ‖ΔW‖ é 😀", "plain ‖ΔW‖ é 😀"), ("a\u{1B}[2Jb", "a\\u{1B}[2Jb"),
    ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}\0", "\\u{7F}\\u{0}"),
    ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"), ("a\r\nb", "a\\r\\nb"),
  ])
  func writtenOut(_ text: String, _ shown: String) {
    #expect(text.printable == shown)
  }

  @Test func linesStay() {
    #expect("a\n\tb\u{1B}\r\n".printableLines == "a\n\tb\\u{1B}\\r\n")
  }

  @Test func diagnostics() {
    let source = SourceText(name: "r\u{1B}.yaml", text: "key\u{1B}: \u{202E}1")
    let diagnostic = Diagnostic(
      "unknown 'a\u{1B}]0;x\u{7}'", at: SourceSpan(source: source, line: 1, column: 1),
      hints: ["did you mean 'b\nerror: c'?"])
    let expected = """
      r\\u{1B}.yaml:1:1: error: unknown 'a\\u{1B}]0;x\\u{7}'
       1 | key\u{FFFD}: \u{FFFD}1
         | ^
        did you mean 'b\\nerror: c'?
      """
    #expect("\(diagnostic)" == expected)
  }
}
