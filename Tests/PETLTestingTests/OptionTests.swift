import PETL
import PETLTesting
import Testing

/// A regularizer that does nothing with its options but read them.
struct Reading<Options: PluginOptions>: RedundancyRegularizer {
  static var descriptor: PluginDescriptor {
    PluginDescriptor(name: "reading", summary: "Reads options", source: "our choice")
  }

  init(options: Options) {}

  func penalty(on subspaces: Subspaces) -> Tensor {
    subspaces.coefficientGram.correlation().offDiagonalMean(exponent: 2)
  }
}

struct OptionTests {
  enum Color: String, CaseIterable {
    case red
    case blue
  }

  struct Good: PluginOptions {
    init() {}
    init(from reader: OptionReader) {
      _ = reader.integer("count", default: 2, in: 1...9, help: "a count")
      _ = reader.number("share", default: 0.5, in: 0...1, help: "a share")
      _ = reader.number("least", default: 1, in: 0.5...Double.infinity, help: "at least")
      _ = reader.boolean("fast", default: true, help: "whether")
      _ = reader.choice("color", default: Color.red, help: "which")
      _ = reader.string("label", default: "x", help: "a text")
      _ = reader.strings("sites", default: ["query"], help: "where")
      _ = reader.optionalNumber("sigma", in: 1e-6...1e6, help: "a width")
      let inner = reader.section("inner", help: "more")
      _ = inner.integer("depth", default: 1, help: "a depth")
    }
  }

  /// Takes whatever stands under a key, with no look at the keys within.
  struct Swallowing: PluginOptions {
    init() {}
    init(from reader: OptionReader) { _ = reader.node("extra", help: "anything at all") }
  }

  /// Reports a mistake without a place.
  struct Placeless: PluginOptions {
    init() {}
    init(from reader: OptionReader) {
      if let node = reader.node("level", help: "a level"), node.integerValue == nil {
        reader.report("some option is wrong")
      }
    }
  }

  struct Helpless: PluginOptions {
    init() {}
    init(from reader: OptionReader) { _ = reader.boolean("fast", default: true, help: "") }
  }

  /// Complains of its own defaults.
  struct Grumbling: PluginOptions {
    init() {}
    init(from reader: OptionReader) {
      if reader.integer("count", default: 0, help: "a count") < 1 {
        reader.report("the count is not positive")
      }
    }
  }

  /// Takes a default that is written down for a wish.
  struct Forgetful: PluginOptions {
    init() {}
    init(from reader: OptionReader) {
      let speed = reader.number("speed", default: 1, in: 0...2, help: "how fast")
      if speed == 1, reader.contains("speed") {
        reader.report("'speed' is not wanted", at: "speed")
      }
    }
  }

  private func findings<Options: PluginOptions>(_ options: Options) -> [ConformanceFinding] {
    Conformance.check(regularizer: Reading<Options>.self, options: options)
  }

  @Test func goodOptionsPass() { #expect(findings(Good()) == []) }

  @Test func anOptionThatSwallowsUnknownKeysIsFound() {
    #expect(
      findings(Swallowing()).map(\.description)
        == ["options: 'extra: {no_such_option: 1}' is not reported at its place"])
  }

  @Test func aMistakeWithoutAPlaceIsFound() {
    #expect(findings(Placeless()).checks == ["options"])
  }

  @Test func missingHelpIsFound() {
    #expect(findings(Helpless()).map(\.description) == ["options: 'fast' has no help"])
  }

  @Test func defaultsThatAreMistakesAreFound() {
    #expect(findings(Grumbling()).count == 3)
  }

  @Test func optionsThatAFinishedRunCannotReadAgainAreFound() {
    #expect(
      findings(Forgetful()).map(\.description) == [
        "options: the options of a finished run cannot be read again: 'speed' is not wanted"
      ])
  }
}
