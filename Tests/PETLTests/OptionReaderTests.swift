import PETL
import TestSupport
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

private struct Various: PluginOptions {
  var (integer, number, whole, boolean) = (1, 1.0, 1.0, true)
  var (string, quoted, choice) = ("", "", Measure.linear)
  var (strings, integers): ([String], [Int]) = ([], [])
  var (optional, absent): (Double?, Int?) = (1, nil)
  var schedule = Schedule.constant(0)
  var raw: ConfigurationNode?

  mutating func visit(_ options: OptionReader) {
    options.integer("integer", &integer, in: -3...3, help: "")
    options.number("number", &number, help: "")
    options.number("whole", &whole, help: "")
    options.boolean("boolean", &boolean, help: "")
    options.string("string", &string, help: "")
    options.requiredString("quoted", &quoted, help: "")
    options.choice("choice", &choice, help: "")
    options.strings("strings", &strings, help: "")
    options.integers("integers", &integers, help: "")
    options.optionalNumber("optional", &optional, help: "")
    options.optionalInteger("absent", &absent, help: "")
    options.schedule("schedule", &schedule, help: "")
    options.node("raw", &raw, help: "")
  }
}

private struct Sections: PluginOptions {
  struct Nested: PluginOptions {
    // A default may lie outside the range of what is written.
    var a = 4
    var b = ""

    mutating func visit(_ options: OptionReader) {
      options.integer("a", &a, in: 1...3, help: "")
      options.requiredString("b", &b, help: "")
    }
  }

  var nested = Nested()
  var list: [Nested] = []

  mutating func visit(_ options: OptionReader) {
    options.section("nested", &nested, help: "")
    options.sections("list", &list, help: "")
  }
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
    let read = Various(from: reader)
    #expect(read.integer == -3)
    #expect(read.number == 0.001)
    #expect(read.whole == 2)
    #expect(read.boolean == false)
    #expect(read.string == "5")
    #expect(read.quoted == "yes")
    #expect(read.choice == .cosine)
    #expect(read.strings == ["a", "b"])
    #expect(read.integers == [1, 2])
    #expect(read.optional == nil)
    #expect(read.absent == nil)
    #expect(read.schedule == .constant(0.5))
    #expect(read.raw == ConfigurationNode(elements: [.init(plain: "x")]))
    reader.finish()
    try reader.throwIfInvalid()
  }

  @Test func absentKeysAreDefaults() throws {
    let reader = OptionReader(options(""), section: "s")
    let read = Sections(from: reader)
    #expect(read == Sections())
    reader.finish()
    try reader.throwIfInvalid()
  }

  /// Mistakes are listed by position, whatever the order of the calls, and each quotes its line.
  @Test func order() {
    let reader = OptionReader(options("größe: x\nrank: 0\nextra: 1\n"), section: "s")
    var (type, rank, size) = ("", 1, 1.0)
    reader.requiredString("type", &type, help: "")
    reader.integer("rank", &rank, in: 1...Int.max, help: "")
    reader.number("größe", &size, help: "")
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
      var (rank, depth) = (1, 1)
      reader.integer("rank", &rank, help: "")
      reader.section("nested", help: "").integer("depth", &depth, help: "")
    }
    reader.finish()
    reader.finish()
    #expect(reader.diagnostics.count == 2)
    #expect(reader.descriptors.map(\.name) == ["rank", "nested", "nested.depth"])
  }

  @Test func keysOfSiblings() {
    // The key is known under this very list, so "belongs under 'list'" would not help.
    let reader = OptionReader(options("beta: 1\n"), section: "list.0")
    var rank = 1
    reader.integer("rank", &rank, help: "")
    reader.finish(knownElsewhere: ["beta": ["list"]])
    #expect(reader.diagnostics.flatMap(\.hints) == ["known keys: rank"])
  }

  @Test func notAMapping() {
    let source = SourceText(name: "o", text: "lora")
    let node = ConfigurationNode(
      .scalar(text: "lora", isQuoted: false), span: SourceSpan(source: source, line: 1, column: 1))
    let reader = OptionReader(node, section: "")
    var type = "as before"
    reader.requiredString("type", &type, help: "")
    #expect(type == "as before")
    reader.finish()
    #expect(
      reader.diagnostics.map(\.message)
        == ["the recipe must be a mapping of options, found the string 'lora'"])
  }
}
