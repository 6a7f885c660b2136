import Bottleneck
import PETL
import TestSupport
import Testing

/// `rank` and `reduction` give the same thing, and one of them has a default.
struct OptionTests {
  private func read<Variant: BottleneckVariant>(
    _ variant: Variant.Type, _ values: KeyValuePairs<String, String>
  ) -> (settings: BottleneckSettings, mistakes: [String]) {
    let lines = values.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    let reader = OptionReader(options(lines), section: "adapter")
    let options = BottleneckOptions<Variant>(from: reader)
    reader.finish()
    return (options.settings, reader.diagnostics.map(\.message))
  }

  @Test func defaults() {
    #expect(read(PfeifferVariant.self, [:]).settings.size == .reduction(16))
    #expect(read(HoulsbyVariant.self, [:]).settings.activation == .silu)
    let plus = read(AdapterPlusVariant.self, [:]).settings
    #expect(plus.size == .rank(8))
    #expect(plus.scaling == .channel)
    #expect(plus.dropPath == 0.1)
    #expect(plus.initialization == .truncated)
    #expect(plus.deviation == 0.01)
  }

  @Test func rankOrReduction() {
    #expect(read(PfeifferVariant.self, ["rank": "8"]).settings.size == .rank(8))
    #expect(read(PfeifferVariant.self, ["reduction": "4"]).settings.size == .reduction(4))
    #expect(read(AdapterPlusVariant.self, ["rank": "32"]).settings.size == .rank(32))
    #expect(read(AdapterPlusVariant.self, ["reduction": "96"]).settings.size == .reduction(96))
    let expected = ["'rank' and 'reduction' both give the width of the bottleneck"]
    #expect(read(PfeifferVariant.self, ["rank": "8", "reduction": "4"]).mistakes == expected)
    #expect(read(AdapterPlusVariant.self, ["rank": "4", "reduction": "4"]).mistakes == expected)
    #expect(read(HoulsbyVariant.self, ["rank": "8"]).mistakes == [])
  }

  @Test func aReductionIsAtLeastOneWide() {
    #expect(BottleneckSettings.Size.reduction(96).rank(ofWidth: 768) == 8)
    #expect(BottleneckSettings.Size.reduction(16).rank(ofWidth: 100) == 6)
    #expect(BottleneckSettings.Size.reduction(96).rank(ofWidth: 24) == 1)
  }

  @Test func theDeadStartIsRefused() throws {
    let mistakes = read(PfeifferVariant.self, ["init": "zero"]).mistakes
    try #require(mistakes.count == 1)
    #expect(mistakes[0].contains("init"))
  }
}
