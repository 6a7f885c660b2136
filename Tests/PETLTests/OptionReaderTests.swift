import PETL
import TestSupport
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

@Suite struct OptionReaderTests {
  @Test func valuesAreRead() throws {
    let reader = OptionReader(
      options(
        """
        integer: -3
        number: 1e-3
        whole: 2
        boolean: no
        string: 5
        quoted: "yes"
        choice: cosine
        strings: [a, b]
        integers: [1, 2]
        optional: ~
        schedule: 0.5
        raw: [x]
        """), section: "s")
    #expect(reader.integer("integer", default: 1, in: -3...3, help: "") == -3)
    #expect(reader.number("number", default: 1, help: "") == 0.001)
    #expect(reader.number("whole", default: 1, help: "") == 2)
    #expect(reader.boolean("boolean", default: true, help: "") == false)
    #expect(reader.string("string", default: "", help: "") == "5")
    #expect(reader.requiredString("quoted", help: "") == "yes")
    #expect(reader.choice("choice", default: Measure.linear, help: "") == .cosine)
    #expect(reader.strings("strings", default: [], help: "") == ["a", "b"])
    #expect(reader.integers("integers", default: [], help: "") == [1, 2])
    #expect(reader.optionalNumber("optional", help: "") == nil)
    #expect(reader.optionalInteger("absent", help: "") == nil)
    #expect(reader.optionalString("whole", help: "") == "2")
    #expect(reader.schedule("schedule", default: .constant(0), help: "") == .constant(0.5))
    #expect(reader.node("raw", help: "") != nil)
    reader.finish()
    try reader.throwIfInvalid()
  }

  @Test func absentKeysAreDefaults() throws {
    let reader = OptionReader(options(""), section: "s")
    let nested = reader.section("nested", help: "")
    #expect(nested.integer("a", default: 4, in: 1...3, help: "") == 4)
    #expect(nested.requiredString("b", help: "") == nil)
    #expect(reader.sections("list", help: "").isEmpty)
    reader.finish()
    try reader.throwIfInvalid()
  }

  /// Mistakes are listed by position, whatever the order of the calls, and each quotes its line.
  @Test func order() {
    let reader = OptionReader(options("größe: x\nrank: 0\nextra: 1\n"), section: "s")
    _ = reader.requiredString("type", help: "")
    _ = reader.integer("rank", default: 1, in: 1...Int.max, help: "")
    _ = reader.number("größe", default: 1, help: "")
    reader.report("'rank' and 'größe' exclude each other", at: "rank", hints: ["choose one"])
    reader.finish()
    let expected = """
      o:1:1: error: missing key 'type' in 's'
       1 | größe: x
         | ^
        expected a string
      o:1:8: error: 's.größe' must be a number, found the string 'x'
       1 | größe: x
         |        ^
      o:2:7: error: 's.rank' must be at least 1, found the integer 0
       2 | rank: 0
         |       ^
      o:2:7: error: 'rank' and 'größe' exclude each other
       2 | rank: 0
         |       ^
        choose one
      o:3:1: error: unknown key 'extra' in 's'
       3 | extra: 1
         | ^~~~~
        known keys: type, rank, größe
      """
    #expect(printed(reader) == expected)
    #expect(throws: DiagnosticError.self) { try reader.throwIfInvalid() }
    #expect(reader.span(of: "rank")?.description == "o:2:7")
    #expect(reader.span(of: "absent")?.description == "o:1:1")
  }

  @Test func askingTwice() {
    let reader = OptionReader(options("rank: x\nnested: y\n"), section: "s")
    for _ in 0..<2 {
      _ = reader.integer("rank", default: 1, help: "")
      _ = reader.section("nested", help: "").integer("depth", default: 1, help: "")
    }
    reader.finish()
    reader.finish()
    #expect(reader.diagnostics.count == 2)
    #expect(reader.descriptors.map(\.name) == ["rank", "nested", "nested.depth"])
  }

  @Test func keysOfSiblings() {
    // The key is known under this very list, so "belongs under 'list'" would not help.
    let reader = OptionReader(options("beta: 1\n"), section: "list.0")
    _ = reader.integer("rank", default: 1, help: "")
    reader.finish(knownElsewhere: ["beta": ["list"]])
    #expect(reader.diagnostics.flatMap(\.hints) == ["known keys: rank"])
  }

  @Test func notAMapping() {
    let source = SourceText(name: "o", text: "lora")
    let node = ConfigurationNode(
      .scalar(text: "lora", isQuoted: false), span: SourceSpan(source: source, line: 1, column: 1))
    let reader = OptionReader(node, section: "")
    #expect(reader.requiredString("type", help: "") == nil)
    reader.finish()
    #expect(
      reader.diagnostics.map(\.message)
        == ["the recipe must be a mapping of options, found the string 'lora'"])
  }
}
