import Reports
import Testing

@Suite struct GrowthChartTests {
  private func curve(_ axis: String, _ values: [(Int, Double, Double)]) -> GrowthCurve {
    GrowthCurve(
      axis: axis, unit: "things", work: "a network",
      points: values.map { size, measured, reckoned in
        .init(
          size: size, gigaflops: nil, seconds: measured, measured: measured, reckoned: reckoned)
      })
  }

  /// A figure of three curves is well formed and says each value.
  @Test func drawing() throws {
    let curves = [
      curve("batch", [(1, 1, 1), (8, 5, 8), (64, 40, 64)]),
      curve("rank", [(4, 1, 1), (8, 1.01, 1.02)]),
      curve("threads", [(1, 1, 1), (2, 0.55, 0.5)]),
    ]
    let (names, text) = try elements(of: curves.svg(title: "Growth"))
    #expect(names.count { $0 == "svg" } == 4)
    for words in ["batch", "rank", "threads", "64 things: 40 times, reckoned 64", "reckoned"] {
      #expect(text.contains(words), "\(words)")
    }
    // Up to 64 times, each tick twice or four times the one below.
    for tick in ["1×", "4×", "16×", "64×"] { #expect(text.contains(tick), "\(tick)") }
  }

  @Test func nothing() throws {
    let (names, text) = try elements(of: [curve("batch", [])].svg(title: "Growth"))
    #expect(names.count { $0 == "svg" } == 2)
    #expect(text.contains("nothing to show"))
  }
}
