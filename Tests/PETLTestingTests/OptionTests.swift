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

  struct Inner: PluginOptions {
    var depth = 1
    mutating func visit(_ options: OptionReader) {
      options.integer("depth", &depth, help: "a depth")
    }
  }

  struct Good: PluginOptions {
    var (count, share, least, fast) = (2, 0.5, 1.0, true)
    var (color, label, sites) = (Color.red, "x", ["query"])
    var sigma: Double?
    var preset: Int? = 3
    var ramp = Schedule.constant(1)
    var inner = Inner()
    var list: [Inner] = []

    mutating func visit(_ options: OptionReader) {
      options.integer("count", &count, in: 1...9, help: "a count")
      options.number("share", &share, in: 0...1, help: "a share")
      options.number("least", &least, in: 0.5...Double.infinity, help: "at least")
      options.boolean("fast", &fast, help: "whether")
      options.choice("color", &color, help: "which")
      options.string("label", &label, help: "a text")
      options.strings("sites", &sites, help: "where")
      options.optionalNumber("sigma", &sigma, in: 1e-6...1e6, help: "a width")
      options.optionalInteger("preset", &preset, help: "nothing is other than the default")
      options.schedule("ramp", &ramp, help: "a weight")
      options.section("inner", &inner, help: "more")
      options.sections("list", &list, help: "many")
    }
  }

  /// Takes whatever stands under a key, with no look at the keys within.
  struct Swallowing: PluginOptions {
    var extra: ConfigurationNode?
    mutating func visit(_ options: OptionReader) {
      options.node("extra", &extra, help: "anything at all")
    }
  }

  /// Reports a mistake without a place.
  struct Placeless: PluginOptions {
    var level: ConfigurationNode?
    mutating func visit(_ options: OptionReader) {
      options.node("level", &level, help: "a level")
      if let level, level.integerValue == nil { options.report("some option is wrong") }
    }
  }

  struct Helpless: PluginOptions {
    var fast = true
    mutating func visit(_ options: OptionReader) { options.boolean("fast", &fast, help: "") }
  }

  /// Complains of its own defaults.
  struct Grumbling: PluginOptions {
    var count = 0
    mutating func visit(_ options: OptionReader) {
      options.integer("count", &count, help: "a count")
      if count < 1 { options.report("the count is not positive") }
    }
  }

  /// Takes a default that is written down for a wish.
  struct Forgetful: PluginOptions {
    var speed = 1.0
    mutating func visit(_ options: OptionReader) {
      options.number("speed", &speed, in: 0...2, help: "how fast")
      if speed == 1, options.contains("speed") {
        options.report("'speed' is not wanted", at: "speed")
      }
    }
  }

  /// Has a property that no option sets.
  struct Hiding: PluginOptions {
    var depth = 1
    mutating func visit(_ options: OptionReader) {}
  }

  /// Keeps an option in a variable that is not its own.
  struct Losing: PluginOptions {
    mutating func visit(_ options: OptionReader) {
      var depth = 1
      options.integer("depth", &depth, help: "a depth")
    }
  }

  /// Writes half of what it reads.
  struct Halving: PluginOptions {
    var depth = 8.0
    mutating func visit(_ options: OptionReader) {
      var half = depth
      options.number("depth", &half, help: "a depth")
      depth = half / 2
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

  @Test func propertiesThatNoOptionSetsAreFound() {
    #expect(
      findings(Hiding { $0.depth = 2 }).map(\.description) == [
        "options: options made in code, written and read again are others: a property is not visited"
      ])
    #expect(findings(Hiding()) == [])
  }

  @Test func optionsThatAreNotKeptAreFound() {
    #expect(
      findings(Losing()).map(\.description).first
        == "options: 'depth: 2' changes nothing: the option is not kept")
  }

  @Test func optionsThatAreReadOtherwiseThanWrittenAreFound() {
    let found = findings(Halving()).map(\.description)
    #expect(
      found.contains {
        $0.hasPrefix("options: 'depth: 2.7")
          && $0.hasSuffix("another after it was written and read again")
      })
  }
}
