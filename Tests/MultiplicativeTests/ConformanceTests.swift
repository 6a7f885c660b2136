import C3A
import FourierFT
import HRA
import IA3
import OFT
import PETL
import PETLTesting
import RoAd
import Testing

/// The laws with options that are not the defaults, on maps that are not square.
struct ConformanceTests {
  private static let sites = [
    AdaptationSite(kind: .query, layer: 1, inputWidth: 12, outputWidth: 20),
    AdaptationSite(kind: .fc2, layer: 0, inputWidth: 20, outputWidth: 12),
  ]

  private func findings<Plugin: Adapter>(
    _ type: Plugin.Type, _ options: Plugin.Options, isRandom: Bool, stops: Bool = false
  ) -> [ConformanceFinding] {
    Self.sites.flatMap { site in
      Conformance.check(
        adapter: type, options: options, site: site, startsAtRandom: isRandom,
        stopsGradients: stops)
    }
  }

  @Test(arguments: [
    OFTOptions { $0.blockSize = 4 },
    OFTOptions { ($0.blocks, $0.blockSize, $0.usesNeumann) = (2, 0, false) },
    OFTOptions { ($0.blockSize, $0.sharesBlocks, $0.neumannTerms) = (2, true, 2) },
  ])
  func oft(_ options: OFTOptions) {
    let found = findings(OFT.self, options, isRandom: false)
    #expect(found == [])
  }

  /// Its projection gives the gradient of the value itself, so finite differences say nothing.
  @Test func coft() {
    let options = OFTOptions { ($0.blockSize, $0.isConstrained, $0.epsilon) = (4, true, 0.3) }
    let found = findings(OFT.self, options, isRandom: false, stops: true)
    #expect(found == [])
  }

  @Test(arguments: [
    BOFTOptions { $0.blockSize = 2 }, BOFTOptions { ($0.blocks, $0.blockSize) = (4, 0) },
    BOFTOptions { ($0.blockSize, $0.factors, $0.dropout) = (2, 2, 0.5) },
    BOFTOptions { ($0.blocks, $0.blockSize, $0.factors) = (2, 0, 2) },
  ])
  func boft(_ options: BOFTOptions) {
    let sites = options.factors > 1 ? [8, 16] : [12, 20]
    for inputs in sites {
      let found = Conformance.check(
        adapter: BOFT.self, options: options,
        site: AdaptationSite(kind: .value, layer: 0, inputWidth: inputs, outputWidth: 10),
        startsAtRandom: false)
      #expect(found == [])
    }
  }

  @Test(arguments: [
    HRAOptions { $0.reflections = 4 }, HRAOptions { $0.reflections = 3 },
    HRAOptions { $0.reflections = 1 },
    HRAOptions { ($0.reflections, $0.isOrthogonal) = (4, true) },
  ])
  func hra(_ options: HRAOptions) {
    let found = findings(HRA.self, options, isRandom: true)
    #expect(found == [])
  }

  @Test(arguments: IA3Options.Feedforward.allCases)
  func ia3(_ feedforward: IA3Options.Feedforward) {
    let found = findings(IA3.self, IA3Options { $0.feedforward = feedforward }, isRandom: false)
    #expect(found == [])
  }

  @Test(arguments: RoAdOptions.Variant.allCases, [2, 4])
  func road(_ variant: RoAdOptions.Variant, _ size: Int) {
    let options = RoAdOptions { ($0.variant, $0.groupSize) = (variant, size) }
    let found = findings(RoAd.self, options, isRandom: false)
    #expect(found == [])
  }

  @Test(arguments: [true, false])
  func fourier(_ startsAtZero: Bool) {
    let options = FourierFTOptions {
      ($0.frequencies, $0.scaling, $0.seed, $0.startsAtZero) = (25, 30, 5, startsAtZero)
    }
    let found = findings(FourierFT.self, options, isRandom: !startsAtZero)
    #expect(found == [])
  }

  @Test(arguments: C3AOptions.Start.allCases)
  func circulant(_ start: C3AOptions.Start) {
    let options = C3AOptions { ($0.blockSize, $0.start) = (4, start) }
    let found = findings(C3A.self, options, isRandom: start != .zero)
    #expect(found == [])
  }
}
