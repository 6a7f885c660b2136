import PETL
import Testing

@testable import Recipes

/// A small generator of numbers that are the same on every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct YAMLFuzzTests {
  private static let tokens = [
    "[", "]", "{", "}", ": ", "- ", "\n", "  ", "\t", "&a ", "*a", "*backbone", "<<: ", "!!str ",
    "!x ",
    "'", "\"", "|\n", ">", "#", "%", "---\n", "...\n", "? ", ",", "é", "👩‍👩‍👧",
    "\u{85}", "\u{0}", "~",
    "\\", "@", "`", "\r", "e\u{301}",
  ]

  /// The quickstart recipe with one to four random edits of its bytes.
  private static func mutation(_ generator: inout SplitMix) -> [UInt8] {
    var bytes = Array(quickstart.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let start = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.removeSubrange(start..<end)
      case 1:
        bytes.insert(
          contentsOf: bytes[start..<end], at: Int.random(in: 0..<start + 1, using: &generator))
      case 2: bytes[start] = UInt8.random(in: 0...255, using: &generator)
      default:
        bytes.insert(contentsOf: (tokens.randomElement(using: &generator) ?? "").utf8, at: start)
      }
    }
    return bytes
  }

  /// A mutated recipe is read or refused with a place, and what is read survives writing.
  @Test func mutationsNeverTrap() throws {
    var generator = SplitMix(state: 1)
    var refused = 0
    for _ in 0..<600 {
      let bytes = Self.mutation(&generator)
      do {
        let node = try YAMLReader.parse(bytes: bytes, name: "r.yaml")
        #expect(try meaning(parse(yamlText(of: node))) == meaning(node))
        readEverything(node)
      } catch let error as DiagnosticError {
        refused += 1
        #expect(!error.diagnostics.isEmpty)
        #expect(!error.description.isEmpty)
        for case let span? in error.diagnostics.map(\.span) {
          #expect(span.source.lines.indices.contains(span.line - 1), "\(error)")
          #expect(span.column - 1 <= span.source.lines[span.line - 1].count, "\(error)")
        }
      }
    }
    // Enough of both that each is tested.
    #expect((50...550).contains(refused), "\(refused) refused")
  }

  /// Asks for options of every type, whatever is there.
  private func readEverything(_ node: ConfigurationNode) {
    let reader = OptionReader(node, section: "")
    var (seed, rank, sites) = (0, 1, ["query"])
    reader.integer("seed", &seed, help: "")
    let adapter = reader.section("adapter", help: "")
    adapter.integer("rank", &rank, in: 1...64, help: "")
    adapter.strings("sites", &sites, help: "")
    for regularizer in reader.sections("regularizers", help: "") {
      var weight = Schedule.constant(0)
      regularizer.schedule("weight", &weight, help: "")
    }
    for stage in reader.sections("stages", help: "") {
      var regularizes = false
      stage.boolean("regularize", &regularizes, help: "")
    }
    reader.finish()
    _ = reader.diagnostics.map(\.description)
  }
}
