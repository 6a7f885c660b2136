import Foundation
import PETL
import Recipes
import TestSupport
import Testing

@Suite struct YAMLReaderTests {
  @Test(arguments: [
    ("a: 1\nb: yes\n", "{a: 1, b: yes}"),
    ("a: '1'\nb: \"x\\n\"\n", "{a: \"1\", b: \"x\n\"}"),
    ("- 1\n- [2, {a: b}]\n", "[1, [2, {a: b}]]"),
    ("a:\nb: ~\nc: []\nd: {}\n", "{a: , b: ~, c: [], d: {}}"),
    ("a: |\n  x\n  y\n", "{a: \"x\ny\n\"}"),
    (
      "a: !!str 5\nb: !!int 5\nc: !!seq [1]\nd: !!map {}\ne: ! 5",
      "{a: \"5\", b: 5, c: [1], d: {}, e: \"5\"}"
    ),
    ("a: &x {p: 1}\nb: *x\n", "{a: {p: 1}, b: {p: 1}}"),
    ("a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}"),
    ("a: &x [&x 1, *x]\nb: *x\n", "{a: [1, 1], b: 1}"),
    (
      "a: &x {p: 1, q: 2}\nb:\n  q: 3\n  <<: *x\n  r: 4\n",
      "{a: {p: 1, q: 2}, b: {q: 3, p: 1, r: 4}}"
    ),
    ("a: {<<: [{p: 1}, {p: 2, q: 3}]}\n", "{a: {p: 1, q: 3}}"),
    ("{'<<': 1, '': 2}\n", "{<<: 1, : 2}"),
    ("\u{FEFF}a: 1\n", "{a: 1}"),
    ("a: 1\r\nb: 2\r\n", "{a: 1, b: 2}"),
    ("--- # one\na: 1\n...\n", "{a: 1}"),
    ("just text", "just text"),
  ])
  func values(_ text: String, _ expected: String) throws {
    #expect(try outline(parse(text)) == expected)
  }

  @Test(arguments: [
    (
      "ab: 12\ncd:\n  e: 'f g'\n",
      ["{} 1:1+2", "ab: 1:1+2", "12 1:5+2", "cd: 2:1+2", "{} 3:3+1", "e: 3:3+1", "f g 3:6+5"]
    ),
    ("a:\n  - [b, c]\n", ["{} 1:1+1", "a: 1:1+1", "[] 2:3+1", "[] 2:5+6", "b 2:6+1", "c 2:9+1"]),
    // Characters, not bytes and not Unicode scalars: the second é is an e and a combining accent.
    (
      "größe: {日本: é, e\u{301}: 👩‍👩‍👧, z: 1}",
      [
        "{} 1:1+5", "größe: 1:1+5", "{} 1:8+19", "日本: 1:9+2", "é 1:13+1", "é: 1:16+1",
        "👩‍👩‍👧 1:19+1", "z: 1:22+1", "1 1:25+1",
      ]
    ),
    ("\u{FEFF}a: 1", ["{} 1:1+1", "a: 1:1+1", "1 1:4+1"]),
    (
      "a: 1\r\nb: 2\u{2028}c: 3\u{85}d: 4",
      [
        "{} 1:1+1", "a: 1:1+1", "1 1:4+1", "b: 2:1+1", "2 2:4+1", "c: 3:1+1", "3 3:4+1",
        "d: 4:1+1", "4 4:4+1",
      ]
    ),
    ("a: &x 1\nb: *x\n", ["{} 1:1+1", "a: 1:1+1", "1 1:4+4", "b: 2:1+1", "1 1:4+4"]),
  ])
  func positions(_ text: String, _ expected: [String]) throws {
    #expect(try places(parse(text)) == expected)
  }

  @Test func files() throws {
    let folder = try ScratchFolder()
    let file = folder.file("r.yaml")
    try Data("a: [1\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(
      failure { _ = try YAMLReader.read(path: file) }.hasPrefix(
        "\(file):2:1: error: this is not YAML"))
    try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try outline(YAMLReader.read(path: file)) == "{a: 1}")
    #expect(
      failure { _ = try YAMLReader.read(path: folder.path) }
        == "error: '\(folder.path)' is a folder, not a file")
    #expect(
      failure { _ = try YAMLReader.read(path: file + "x") }
        == "error: there is no file '\(file)x'\n  did you mean '\(file)'?")
    #expect(
      failure { _ = try YAMLReader.read(path: folder.path + "/other.yaml") }
        == "error: there is no file '\(folder.path)/other.yaml'")
    try Data(repeating: UInt8(ascii: "#"), count: (1 << 20) + 1).write(
      to: URL(fileURLWithPath: file))
    #expect(
      failure { _ = try YAMLReader.read(path: file) }
        == "error: '\(file)' is larger than 1024 KiB, which no recipe needs to be\n  weights are given with --weights"
    )
  }
}
