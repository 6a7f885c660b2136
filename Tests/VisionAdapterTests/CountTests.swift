import Backbones
import Compacter
import FacT
import PETL
import RLRR
import Testing

/// The published numbers of parameters on ViT-B/16 that are rounded, or have a head in them.
struct CountTests {
  /// The mean head of VTAB-1k: 940 classes in 19 data sets.
  private let head = 769.0 * 940 / 19

  private func count<Plugin: Adapter>(_ type: Plugin.Type, _ options: Plugin.Options) throws -> Int
  {
    let kinds = Plugin.defaultSites(with: options)
    let sites = ViTConfiguration.base16.sites.filter { kinds.contains($0.kind) }
    let set = AdapterSet(
      try Plugin.attach(to: sites, options: options, generator: RandomGenerator(seed: 0)))
    return set.parameters.reduce(0) { $0 + $1.parameter.value.count }
  }

  private func millions(_ count: Double) -> Double { (count / 1e4).rounded() / 100 }

  @Test("RLRR's 0.33M are with a head")
  func rlrr() throws {
    #expect(try millions(Double(count(RLRR.self, RLRROptions())) + head) == 0.33)
  }

  @Test("FacT-TT's 0.06M, and the tiny one of 8K")
  func fact() throws {
    #expect(try millions(Double(count(FacTTT.self, FacTOptions()))) == 0.06)
    #expect(try count(FacTTT.self, FacTOptions { $0.rank = 4 }) / 1000 == 8)
  }

  @Test("Compacter's formula without biases: 4 (width + r) a layer, and n³")
  func compacter() throws {
    let r = 768 / 32
    let biases = 24 * (768 + r)
    #expect(try count(Compacter.self, CompacterOptions()) - biases == 12 * 4 * (768 + r) + 64)
  }
}
