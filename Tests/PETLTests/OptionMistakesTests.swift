import PETL
import TestSupport
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

/// An option of every kind.
private struct Mistaken: PluginOptions {
  struct Nested: PluginOptions {
    var needed = ""

    mutating func visit(_ options: OptionReader) {
      options.requiredString("needed", &needed, help: "")
    }
  }

  struct Element: PluginOptions {
    mutating func visit(_ options: OptionReader) {}
  }

  var integer = 8
  var number = 1.0
  var boolean = true
  var string = "d"
  var choice = Measure.linear
  var strings = ["d"]
  var integers = [4]
  var optional: Double?
  var nested = Nested()
  var sections: [Element] = []

  mutating func visit(_ options: OptionReader) {
    options.integer("integer", &integer, in: 1...64, help: "")
    options.number("number", &number, in: 0...(.infinity), help: "")
    options.boolean("boolean", &boolean, help: "")
    options.string("string", &string, help: "")
    options.choice("choice", &choice, help: "")
    options.strings("strings", &strings, help: "")
    options.integers("integers", &integers, help: "")
    options.optionalNumber("optional", &optional, help: "")
    options.section("nested", &nested, help: "")
    options.sections("sections", &sections, help: "")
  }
}

@Suite struct OptionMistakesTests {
  @Test(arguments: [
    ("integer: x", "'s.integer' must be an integer, found the string 'x'", nil),
    ("integer: 1.0", "'s.integer' must be an integer, found the number 1.0", nil),
    (
      "integer: \"3\"", "'s.integer' must be an integer, found the string \"3\"",
      "quotes make it a string: write 3"
    ),
    ("integer: yes", "'s.integer' must be an integer, found the boolean yes", nil),
    (
      "integer: 010", "'s.integer' must be an integer, found 010",
      "a leading zero means an octal number in YAML 1.1: write it without"
    ),
    (
      "integer: 99999999999999999999",
      "'s.integer' must be a 64-bit integer, found the integer 99999999999999999999", nil
    ),
    ("integer: 65", "'s.integer' must be from 1 to 64, found the integer 65", nil),
    ("integer: [1]", "'s.integer' must be an integer, found a list", nil),
    ("integer:", "'s.integer' has no value", "expected an integer"),
    ("integer: null", "'s.integer' has no value", "expected an integer"),
    ("number: .nan", "'s.number' must be a finite number, found .nan", nil),
    ("number: 1e999", "'s.number' must be a finite number, found 1e999", nil),
    ("number: -0.5", "'s.number' must be at least 0, found the number -0.5", nil),
    ("boolean: 1", "'s.boolean' must be true or false, found the integer 1", nil),
    (
      "boolean: \"true\"", "'s.boolean' must be true or false, found the string \"true\"",
      "quotes make it a string: write true"
    ),
    ("string: [a]", "'s.string' must be a string, found a list", nil),
    ("string: ~", "'s.string' has no value", "expected a string"),
    (
      "choice: lineal", "'s.choice' must be one of linear, cosine, found the string 'lineal'",
      "did you mean 'linear'?"
    ),
    ("choice: 7", "'s.choice' must be one of linear, cosine, found the integer 7", nil),
    (
      "strings: a", "'s.strings' must be a list of strings, found the string 'a'",
      "write [a] for a list of one"
    ),
    ("strings: []", "'s.strings' is an empty list", nil),
    ("strings: [a, a]", "'s.strings' has 'a' twice", nil),
    ("integers: [1, ~]", "'s.integers.1' has no value", nil),
    ("integers: [1, x]", "'s.integers.1' must be an integer, found the string 'x'", nil),
    ("optional: x", "'s.optional' must be a number, found the string 'x'", nil),
    ("optional:", "'s.optional' has no value", "expected a number"),
    ("nested: 3", "'s.nested' must be a mapping of options, found the integer 3", nil),
    ("nested:", "'s.nested' has no value", "expected a mapping of options"),
    ("sections: 3", "'s.sections' must be a list of mappings, found the integer 3", nil),
    ("sections: []", "'s.sections' is an empty list", nil),
    ("strngs: [a]", "unknown key 'strngs' in 's'", "did you mean 'strings'?"),
    ("lambda: 1", "unknown key 'lambda' in 's'", "'lambda' belongs under 'x' or 'y'"),
  ])
  func mistakes(_ text: String, _ message: String, _ hint: String?) {
    let reader = OptionReader(options(text), section: "s")
    let read = Mistaken(from: reader)
    #expect(read == Mistaken())
    reader.finish(knownElsewhere: ["lambda": ["x", "y"], "strngs": ["s"]])
    #expect(reader.diagnostics.map(\.message) == [message])
    #expect(reader.diagnostics.flatMap(\.hints) == (hint.map { [$0] } ?? []))
  }
}
