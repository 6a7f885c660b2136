import Statistics
import Tensors
import TestSupport
import Testing

/// Figures of scipy (Tests/Fixtures/make_statistics.py).
private struct Golden: Decodable {
  struct Case: Decodable {
    let differences: [Double]
    let mean: Double
    let deviation: Double
    let p: Double
    let exact: Bool
    let interval: [Double]
    let cohen: Double
    let hedges: Double
  }
  struct Holm: Decodable {
    let p: [Double]
    let corrected: [Double]
  }
  let cases: [Case]
  let holm: Holm

  static func read() throws -> Golden {
    try decodedFixture("statistics.json")
  }
}

@Suite struct StatisticsTests {
  private static func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test func likeSciPy() throws {
    let cases = try Golden.read().cases
    #expect(cases.count == 7)
    for golden in cases {
      let difference = try #require(PairedDifference(golden.differences))
      let words = Comment(rawValue: "\(golden) \(difference)")
      let deviation = try #require(difference.spread.deviation)
      #expect(difference.spread.count == golden.differences.count, words)
      #expect(Self.isClose(difference.spread.mean, golden.mean), words)
      #expect(Self.isClose(deviation, golden.deviation), words)
      // Two drawn shares differ by chance: five standard errors of 100,000 draws.
      let exact = golden.differences.count <= 13
      #expect(Self.isClose(difference.test.p, golden.p, exact ? 1e-12 : 0.005), words)
      #expect(difference.test.isExact == (golden.differences.count <= 20), words)
      let effect = try #require(difference.effect)
      #expect(Self.isClose(effect.cohen, golden.cohen), words)
      #expect(Self.isClose(effect.hedges, golden.hedges), words)
      let interval = try #require(difference.interval)
      let width = golden.interval[1] - golden.interval[0]
      #expect(abs(interval.lower - golden.interval[0]) < 0.06 * width, words)
      #expect(abs(interval.upper - golden.interval[1]) < 0.06 * width, words)
    }
  }

  @Test func holm() throws {
    let golden = try Golden.read().holm
    let corrected = holmCorrected(golden.p)
    #expect(zip(corrected, golden.corrected).allSatisfy { Self.isClose($0, $1) }, "\(corrected)")
    #expect(holmCorrected([0.6, 0.7]) == [1, 1])
    #expect(holmCorrected([]) == [])
  }

  /// By hand: of the 8 patterns of 1, 2, 3 two have a sum of ±6; of 1, 2, −3 all are as far from 0.
  @Test func signPatterns() throws {
    let ordered = try #require(SignFlipTest([1, 2, 3]))
    #expect(ordered.p == 0.25)
    #expect(ordered.smallestP == 0.25)
    #expect(ordered.isExact)
    let balanced = try #require(SignFlipTest([1, 2, -3]))
    #expect(balanced.p == 1)
    let none = try #require(SignFlipTest([0, 0, 0, 0]))
    #expect(none.p == 1)
    // 0.1 + 0.2 − 0.3 is not 0 in floating point, but it is a tie.
    let rounded = try #require(SignFlipTest([0.1, 0.2, -0.3]))
    #expect(rounded.p == 1)
    let many = try #require(SignFlipTest([Double](repeating: 1, count: 20)))
    #expect(many.isExact)
    #expect(many.p == 2 / 1_048_576.0)
    #expect(SignFlipTest([]) == nil)
  }

  /// Drawn patterns never give a p of 0, and agree with counting.
  @Test func drawnPatterns() throws {
    let certain = try #require(SignFlipTest([Double](repeating: 1, count: 40)))
    #expect(!certain.isExact)
    #expect(certain.p == 1 / 100_001.0)
    #expect(certain.smallestP == certain.p)
    var generator = RandomGenerator(seed: 3)
    let figures = generator.normal(20, mean: 0.3).map(Double.init)
    let counted = try #require(SignFlipTest(figures))
    let drawn = try #require(SignFlipTest(figures + [0]))
    #expect(counted.isExact)
    #expect(!drawn.isExact)
    #expect(abs(counted.p - drawn.p) < 0.005, "\(counted) \(drawn)")
  }

  @Test func intervalIsSeeded() throws {
    let figures = [0.1, 0.4, -0.2, 0.3]
    let first = try #require(BootstrapInterval(ofMean: figures))
    let second = BootstrapInterval(ofMean: figures)
    let other = BootstrapInterval(ofMean: figures, generator: RandomGenerator(seed: 9))
    let narrow = try #require(BootstrapInterval(ofMean: figures, level: 0.5))
    #expect(first == second)
    #expect(first != other)
    #expect(first.lower < narrow.lower)
    #expect(narrow.upper < first.upper)
    let constant = try #require(BootstrapInterval(ofMean: [0.5, 0.5, 0.5]))
    #expect(constant.lower == 0.5)
    #expect(constant.upper == 0.5)
    #expect(BootstrapInterval(ofMean: [1]) == nil)
  }

  @Test func whatIsNotDefined() {
    #expect(Spread([]) == nil)
    #expect(Spread([2])?.deviation == nil)
    #expect(EffectSize([1, 2]) == nil)
    #expect(EffectSize([0.1, 0.1, 0.1]) == nil)
    #expect(PairedDifference([]) == nil)
    #expect(PairedDifference([0.5])?.interval == nil)
  }

  /// Five pairs cannot reach 0.05, six can, and of two comparisons seven must be.
  @Test func verdicts() throws {
    func same(_ count: Int, _ value: Double = 1) throws -> PairedDifference {
      try #require(PairedDifference((0..<count).map { value + Double($0) * 1e-3 }))
    }
    let five = Verdict.verdicts([try same(5)])
    #expect(five.map(\.verdict) == [.tooFew])
    #expect(five.map(\.correctedP) == [0.0625])
    #expect(Verdict.verdicts([try same(6)]).map(\.verdict) == [.higher])
    #expect(Verdict.verdicts([try same(6, -1)]).map(\.verdict) == [.lower])
    #expect(Verdict.verdicts([try same(6), try same(6)]).map(\.verdict) == [.tooFew, .tooFew])
    let apart = try #require(PairedDifference([1, -1, 2, -2, 1, -1, 3, -2]))
    let mixed = Verdict.verdicts([try same(8), apart])
    #expect(mixed.map(\.verdict) == [.higher, .notDistinguishable])
    #expect(mixed[0].correctedP == 2 * 2 / 256.0)
  }
}
