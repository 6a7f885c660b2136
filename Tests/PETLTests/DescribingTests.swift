import PETL
import TestSupport
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

/// An option of every kind.
private struct Described: PluginOptions {
  struct Nested: PluginOptions {
    var name = "x"

    mutating func visit(_ options: OptionReader) { options.string("name", &name, help: "n") }
  }

  struct Element: PluginOptions {
    var epochs = 1

    mutating func visit(_ options: OptionReader) { options.integer("epochs", &epochs, help: "e") }
  }

  var type = ""
  var rank = 8
  var scale = 1e-3
  var on = true
  var measure = Measure.linear
  var sites = ["a", "b"]
  var layers = [1, 2]
  var dropout: Double?
  var weight = Schedule.linear(from: 0, to: 0.5)
  var nested = Nested()
  var list: [Element] = []
  var raw: ConfigurationNode?

  mutating func visit(_ options: OptionReader) {
    options.requiredString("type", &type, help: "t")
    options.integer("rank", &rank, in: 1...64, help: "r")
    options.number("scale", &scale, in: 0...(.infinity), help: "s")
    options.boolean("on", &on, help: "o")
    options.choice("measure", &measure, help: "m")
    options.strings("sites", &sites, allowed: ["a", "b", "c"], help: "l")
    options.integers("layers", &layers, help: "l")
    options.optionalNumber("dropout", &dropout, in: 0...1, help: "d")
    options.schedule("weight", &weight, help: "w")
    options.section("nested", &nested, help: "n")
    options.sections("list", &list, help: "l")
    options.node("raw", &raw, help: "r")
  }
}

@Suite struct DescribingTests {
  private func read(_ reader: OptionReader) {
    _ = Described(from: reader)
    reader.finish()
  }

  private let expected = [
    "type: string = required", "rank: integer = 8 (from 1 to 64)",
    "scale: number = 0.001 (at least 0)", "on: boolean = true",
    "measure: one of linear|cosine = linear", "sites: list of a|b|c = [a, b]",
    "layers: list of integers = [1, 2]", "dropout: number = none (from 0 to 1)",
    "weight: number or schedule = {type: linear, from: 0, to: 0.5, start_epoch: 0}",
    "nested: section = none", "nested.name: string = x", "list: list of sections = none",
    "list[].epochs: integer = 1", "raw: any = none",
  ]

  private func lines(_ reader: OptionReader) -> [String] {
    reader.descriptors.map {
      "\($0.name): \($0.kind) = \($0.defaultValue)" + ($0.range.map { " (\($0))" } ?? "")
    }
  }

  @Test func everythingIsDescribed() {
    let reader = OptionReader(describing: "s")
    read(reader)
    #expect(lines(reader) == expected)
    #expect(reader.diagnostics.isEmpty)
    #expect(reader.descriptors[4].choices == ["linear", "cosine"])
  }

  @Test func readingDescribesToo() {
    let reader = OptionReader(options("type: lora\nrank: x\n"), section: "s")
    read(reader)
    #expect(lines(reader) == expected.filter { !$0.hasPrefix("list[]") })
  }

  @Test func pluginWithoutOptions() throws {
    let reader = OptionReader(options("a: 1\n"), section: "s")
    _ = NoOptions(from: reader)
    reader.finish()
    #expect(reader.diagnostics.flatMap(\.hints) == ["no options are known here"])
  }
}
