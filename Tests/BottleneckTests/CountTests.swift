import ARC
import AdaptFormer
import Backbones
import Bottleneck
import PETL
import RepAdapter
import Testing

/// The numbers of trained parameters on ViT-B/16 are the published ones.
struct CountTests {
  private func count<Plugin: Adapter>(_ type: Plugin.Type, _ options: Plugin.Options) throws -> Int
  {
    let kinds = Plugin.defaultSites(with: options)
    let sites = ViTConfiguration.base16.sites.filter { kinds.contains($0.kind) }
    return BottleneckTests.count(
      try Plugin.attach(to: sites, options: options, generator: RandomGenerator(seed: 0)))
  }

  @Test func adaptFormer() throws {
    // 1.19M in the paper; 0.16M in tables on VTAB-1k; 147,456 in PETL-ViT, which has no biases.
    #expect(try count(AdaptFormer.self, AdaptFormerOptions()) == 1_189_632)
    #expect(try count(AdaptFormer.self, AdaptFormerOptions { $0.rank = 8 }) == 156_768)
    #expect(
      try count(AdaptFormer.self, AdaptFormerOptions { ($0.rank, $0.biases) = (8, false) })
        == 147_456)
    #expect(
      try count(AdaptFormer.self, AdaptFormerOptions { ($0.rank, $0.trainsScale) = (8, true) })
        == 156_780)
  }

  @Test func bottlenecks() throws {
    // NOAH's adapter of rank 8: 0.157M. Adapter+: 0.16M with one factor more for each channel.
    var pfeiffer = PfeifferVariant.defaults
    pfeiffer.size = .rank(8)
    #expect(try count(Pfeiffer.self, BottleneckOptions(pfeiffer)) == 156_768)
    #expect(try count(AdapterPlus.self, BottleneckOptions()) == 165_984)
    // A reduction by 16 is a rank of 48.
    #expect(try count(Pfeiffer.self, BottleneckOptions()) == 12 * (2 * 768 * 48 + 48 + 768))
    #expect(try count(Houlsby.self, BottleneckOptions()) == 24 * (2 * 768 * 48 + 48 + 768))
  }

  @Test func repAdapter() throws {
    // The published 0.22M are the weights without biases; the official module has them.
    #expect(try count(RepAdapter.self, RepAdapterOptions { $0.biases = false }) == 221_184)
    #expect(try count(RepAdapter.self, RepAdapterOptions()) == 239_808)
  }

  @Test func arc() throws {
    // With a head of 49.5 classes, VTAB-1k's mean, the published 0.13M: 134,478.
    let own = try count(ARC.self, ARCOptions())
    #expect(own == 2 * 768 * 50 + 24 * (50 + 768))
    let classes = 940.0 / 19
    #expect(abs(Double(own) + 769 * classes - 134_478) < 1)
  }
}
