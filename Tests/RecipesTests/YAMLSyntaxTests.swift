import Testing

@testable import Recipes

@Suite struct YAMLSyntaxTests {
  @Test(arguments: [
    (
      "a: 1\na: 2\nb:\n\t- c\n",
      """
      r.yaml:2:1: error: the key 'a' stands twice
       2 | a: 2
         | ^
        it is already on line 1
      r.yaml:4:1: error: this is not YAML: found character that cannot start any token
       4 | \t- c
         | ^
        while scanning for the next token
        indent with spaces: YAML does not allow a tab here
      """
    ),
    (
      "größe: @x\n",
      """
      r.yaml:1:8: error: this is not YAML: found character that cannot start any token
       1 | größe: @x
         |        ^
        while scanning for the next token
        put a text that starts with '@' in quotes
      """
    ),
    (
      "a:\n  b: 1\n c: 2\n",
      """
      r.yaml:3:2: error: this is not YAML: did not find expected key
       3 |  c: 2
         |  ^
        while parsing a block mapping that starts on line 1
      """
    ),
    (
      "a: b: c\n",
      """
      r.yaml:1:5: error: this is not YAML: mapping values are not allowed in this context
       1 | a: b: c
         |     ^
        check the indentation, and put a text that holds ': ' in quotes
      """
    ),
    (
      "# ok\na: [é",
      """
      r.yaml:2:6: error: this is not YAML: did not find expected ',' or ']'
       2 | a: [é
         |      ^
        while parsing a flow sequence
      """
    ),
    (
      "é: 1\nb: é\u{1B}[2J\n",
      """
      r.yaml:2:5: error: this is not YAML: control characters are not allowed
       2 | b: é\u{FFFD}[2J
         |     ^
      """
    ),
  ])
  func syntax(_ text: String, _ expected: String) {
    #expect(failure { _ = try parse(text) } == expected)
  }

  @Test func notUTF8() {
    let bytes = Array("name: é\nnote: é ".utf8) + [0xE9, 0x20, 0x41, 0x0A]
    let expected = """
      r.yaml:2:9: error: the byte 0xE9 is not UTF-8
       2 | note: é \u{FFFD} A
         |         ^
        save the file as UTF-8
      """
    #expect(failure { _ = try YAMLReader.parse(bytes: bytes, name: "r.yaml") } == expected)
    let wide: [UInt8] = [0xFF, 0xFE, 0x61, 0x00]
    #expect(
      failure { _ = try YAMLReader.parse(bytes: wide, name: "r.yaml") }
        .hasPrefix("r.yaml:1:1: error: the byte 0xFF is not UTF-8"))
  }
}
