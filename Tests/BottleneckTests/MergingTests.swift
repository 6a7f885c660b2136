import ARC
import PETL
import RepAdapter
import TestSupport
import Testing

/// The linear adapters leave nothing behind: folded into the maps after them, the network is the same.
struct MergingTests {
  private func check(_ adapter: any Adapter) throws {
    adapter.scramble()
    let (x, weight, bias) = (
      sample([8, 24], 2), sample([40, 24], 5), sample([40], 6)
    )
    let adapted = (x + adapter.delta(of: x, in: pass())).linear(weight: weight, bias: bias)
    let delta = try #require(adapter.mergedDelta())
    let constant = try #require(adapter.mergedBias())
    // W (I + ΔW) and b + W Δb.
    let merged = weight + weight.matmul(delta)
    let shifted = bias + weight.matmul(constant.reshaped([24, 1])).reshaped([40])
    let difference = relativeDistance(x.linear(weight: merged, bias: shifted), adapted)
    #expect(difference < 1e-5)
    let change = relativeDistance(x.linear(weight: weight, bias: bias), adapted)
    #expect(change > 0.1)
  }

  @Test func repAdapter() throws {
    for options in [
      RepAdapterOptions { ($0.rank, $0.scale) = (4, 0.5) },
      RepAdapterOptions { ($0.rank, $0.groups) = (6, 3) },
    ] {
      try check(
        RepAdapter(site: site(.attention), options: options, generator: RandomGenerator(seed: 1)))
    }
  }

  @Test func arc() throws {
    try check(
      ARC(
        site: site(.mlp), options: ARCOptions { $0.rank = 5 }, generator: RandomGenerator(seed: 1)))
  }

  @Test("RepAdapter's groups do not mix")
  func groups() throws {
    let adapter = try RepAdapter(
      site: site(.mlp), options: RepAdapterOptions { $0.rank = 4 },
      generator: RandomGenerator(seed: 1))
    adapter.scramble()
    let basis = try #require(adapter.linearFactors()).basis.values
    for row in 0..<4 {
      for column in 0..<24 {
        let isInside = (row < 2) == (column < 12)
        #expect((basis[row * 24 + column] != 0) == isInside)
      }
    }
  }
}
