import PETL
import TestSupport
import Testing

private enum Measure: String, CaseIterable {
  case linear
  case cosine
}

@Suite struct DescribingTests {
  private func read(_ reader: OptionReader) {
    _ = reader.requiredString("type", help: "t")
    _ = reader.integer("rank", default: 8, in: 1...64, help: "r")
    _ = reader.number("scale", default: 1e-3, in: 0...(.infinity), help: "s")
    _ = reader.boolean("on", default: true, help: "o")
    _ = reader.choice("measure", default: Measure.linear, help: "m")
    _ = reader.strings("sites", default: ["a", "b"], allowed: ["a", "b", "c"], help: "l")
    _ = reader.integers("layers", default: [1, 2], help: "l")
    _ = reader.optionalNumber("dropout", in: 0...1, help: "d")
    _ = reader.schedule("weight", default: .linear(from: 0, to: 0.5), help: "w")
    let nested = reader.section("nested", help: "n")
    _ = nested.string("name", default: "x", help: "n")
    for element in reader.sections("list", help: "l") {
      _ = element.integer("epochs", default: 1, help: "e")
    }
    _ = reader.node("raw", help: "r")
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
