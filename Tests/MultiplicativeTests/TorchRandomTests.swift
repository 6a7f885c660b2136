import TestSupport
import Testing

@testable import FourierFT

/// PyTorch's permutations by seed (Tests/Fixtures/make_multiplicative.py).
struct TorchRandomTests {
  struct Permutation: Decodable, Sendable {
    let seed: UInt64
    let count: Int
    let first: [Int]
  }

  private struct Content: Decodable {
    let permutations: [Permutation]
  }

  static let all = requiredFixture("multiplicative.json", as: Content.self).permutations

  @Test(arguments: all.indices)
  func permutations(_ index: Int) {
    let expected = Self.all[index]
    var random = TorchRandom(seed: expected.seed)
    let found = random.permutation(expected.first.count, of: expected.count)
    #expect(found == expected.first)
  }

  /// Only the lower half of a seed counts, as in PyTorch.
  @Test func seedsAreOf32Bits() {
    var (small, large) = (TorchRandom(seed: 7), TorchRandom(seed: 7 + 1 << 32))
    #expect(small.random() == large.random())
  }
}
