import DeLoRA
import GraLoRA
import LoRA
import LoRAXS
import LyCORIS
import MiSS
import PETL
import PETLTesting
import RandLoRA
import Testing
import VBLoRA

/// The laws of adapters with options beside the defaults, at a site that is not square.
struct ConformanceTests {
  private static let site = AdaptationSite(
    kind: .fc1, layer: 0, inputWidth: 12, outputWidth: 20)
  private static let wide = AdaptationSite(
    kind: .fc2, layer: 0, inputWidth: 20, outputWidth: 12)

  private func findings<Plugin: Adapter>(
    _ type: Plugin.Type, _ options: Plugin.Options, startsAtRandom: Bool = true
  ) -> [ConformanceFinding] {
    [Self.site, Self.wide].flatMap {
      Conformance.check(
        adapter: type, options: options, site: $0, startsAtRandom: startsAtRandom)
    }
  }

  @Test(arguments: [
    LoHaOptions { ($0.settings.rank, $0.settings.alpha) = (2, 3) },
    LoHaOptions {
      $0.settings.rank = 3
      ($0.settings.rankDropout, $0.settings.moduleDropout) = (0.3, 0.5)
    },
  ])
  func loHa(_ options: LoHaOptions) { #expect(findings(LoHa.self, options) == []) }

  @Test(arguments: [
    LoKrOptions(), LoKrOptions { $0.settings.rank = 2 },
    LoKrOptions { ($0.settings.rank, $0.decomposesBoth) = (1, true) },
    LoKrOptions { ($0.settings.rank, $0.factor) = (2, 4) },
    LoKrOptions { ($0.settings.rank, $0.factor) = (2, 7) },
    LoKrOptions { ($0.settings.rank, $0.initialWeights) = (2, .lycoris) },
    LoKrOptions { ($0.settings.rank, $0.initialWeights) = (2, .random) },
    LoKrOptions {
      $0.settings.rank = 2
      ($0.settings.rankDropout, $0.rescalesRankDropout) = (0.3, true)
    },
  ])
  func loKr(_ options: LoKrOptions) { #expect(findings(LoKr.self, options) == []) }

  @Test func deLoRA() {
    let options = DeLoRAOptions { ($0.rank, $0.lambda, $0.dropout) = (3, 2, 0.3) }
    #expect(findings(DeLoRA.self, options) == [])
  }

  @Test(arguments: [(5, false, false), (4, true, false), (3, false, true)])
  func randLoRA(_ rank: Int, _ sparse: Bool, _ verySparse: Bool) {
    let options = RandLoRAOptions {
      ($0.rank, $0.sparse, $0.verySparse, $0.dropout) = (rank, sparse, verySparse, 0.2)
    }
    #expect(findings(RandLoRA.self, options) == [])
  }

  @Test(arguments: [
    (MiSSOptions { ($0.rank, $0.dropout) = (5, 0.3) }, false),
    (MiSSOptions { ($0.rank, $0.initialWeights, $0.miniRank) = (4, .mini, 2) }, false),
    (MiSSOptions { ($0.rank, $0.initialWeights) = (4, .random) }, true),
  ])
  func miSS(_ options: MiSSOptions, _ isRandom: Bool) {
    #expect(findings(MiSS.self, options, startsAtRandom: isRandom) == [])
  }

  @Test(arguments: [(4, 2, 0), (4, 4, 3), (6, 1, 1)])
  func graLoRA(_ rank: Int, _ blocks: Int, _ hybrid: Int) {
    let options = GraLoRAOptions {
      ($0.rank, $0.blocks, $0.hybridRank, $0.dropout) = (rank, blocks, hybrid, 0.2)
    }
    #expect(findings(GraLoRA.self, options) == [])
  }

  @Test func loRAXS() {
    let options = LoRAXSOptions {
      ($0.rank, $0.alpha, $0.dropout, $0.deviation) = (4, 6, 0.3, 1e-6)
    }
    #expect(findings(LoRAXS.self, options) == [])
  }

  /// With all vectors chosen finite differences cross no choice.
  @Test func vbLoRA() {
    let options = VBLoRAOptions {
      ($0.rank, $0.vectors, $0.length, $0.top, $0.dropout) = (3, 6, 4, 6, 0.2)
    }
    #expect(findings(VBLoRA.self, options) == [])
  }

  @Test(arguments: LoRAStart.allCases)
  func loRA(_ start: LoRAStart) {
    let options = LoRAOptions {
      ($0.rank, $0.alpha, $0.start, $0.dropout) = (4, 6, start, 0.2)
    }
    #expect(findings(LoRA.self, options, startsAtRandom: !start.isOfWeight) == [])
  }

  @Test(arguments: LoRAOptions.FrozenA.allCases)
  func frozenLoRA(_ frozen: LoRAOptions.FrozenA) {
    let options = LoRAOptions { ($0.rank, $0.alpha, $0.frozenA) = (4, 6, frozen) }
    #expect(findings(LoRA.self, options) == [])
  }
}

extension LoRAStart {
  /// Whether the weight alone decides it.
  var isOfWeight: Bool { self == .pissa || self == .milora || self == .olora }
}
