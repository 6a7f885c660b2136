import ARC
import Backbones
import PETL
import TestSupport
import Testing

/// ARC's projections are of the network, its coefficients and biases of a site.
struct SharingTests {
  private func entries(_ kinds: Set<AdaptationSite.Kind>, seed: UInt64 = 1) throws
    -> [AdapterSet.Entry]
  {
    let sites = ViTConfiguration.micro.sites.filter { kinds.contains($0.kind) }
    return try ARC.attach(
      to: sites, options: ARCOptions { $0.rank = 5 }, generator: RandomGenerator(seed: seed))
  }

  @Test func oneProjectionForEachKind() throws {
    let entries = try entries([.attention, .mlp])
    for kind in [AdaptationSite.Kind.attention, .mlp] {
      let own = entries.filter { $0.site.kind == kind }
      #expect(own.count == 6)
      #expect(Set(own.map { ObjectIdentifier($0.adapter.parameters[0]) }).count == 1)
      #expect(Set(own.map { ObjectIdentifier($0.adapter.parameters[1]) }).count == 6)
    }
    let names = AdapterSet(entries).parameters.map(\.name)
    #expect(names.filter { $0.hasPrefix("shared.") } == ["shared.arc_attention", "shared.arc_mlp"])
    #expect(names.count == 2 + 12 * 2)
    #expect(names.contains("blocks.3.mlp.coefficients"))
    let (a, b) = (entries[0].adapter.parameters[0], entries[1].adapter.parameters[0])
    #expect(a.value.values != b.value.values)
  }

  @Test("A site's start does not depend on which others there are")
  func independence() throws {
    let (all, some) = (try entries([.attention, .mlp]), try entries([.mlp]))
    for entry in some {
      let same = try #require(all.first { $0.site == entry.site })
      #expect(
        entry.adapter.parameters.map(\.value.values) == same.adapter.parameters.map(\.value.values))
    }
    let starts = Set(some.map { $0.adapter.parameters[1].value.values })
    #expect(starts.count == 6)
  }

  @Test func gradientsOfAllLayersMeet() throws {
    let adapters = try entries([.mlp]).map { try #require($0.adapter as? ARC) }
    let x = sample([4, 128], 2)
    for adapter in adapters { adapter.scramble() }
    func gradient(_ used: [ARC]) throws -> Tensor {
      var sum = Tensor(0)
      for adapter in used { sum = sum + adapter.delta(of: x, in: pass()).squared().mean() }
      return try #require(sum.backward()[adapters[0].parameters[0].value])
    }
    let each = try adapters.map { try gradient([$0]) }
    let expected = each.dropFirst().reduce(each[0]) { $0 + $1 }
    let difference = relativeDistance(try gradient(adapters), expected)
    #expect(difference < 1e-5)
  }

  @Test func widthsMustAgree() {
    let sites = [site(.mlp), site(.mlp, layer: 1, width: 32)]
    let error = #expect(throws: DiagnosticError.self) {
      try ARC.attach(
        to: sites, options: ARCOptions { $0.rank = 4 }, generator: RandomGenerator(seed: 1))
    }
    #expect(error?.description.contains("'blocks.1.mlp' is 32 wide") == true)
  }
}
