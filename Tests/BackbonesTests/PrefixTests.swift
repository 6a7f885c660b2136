import PETL
import Testing

@testable import Backbones

@Suite("The frozen prefix of a ViT")
struct PrefixTests {
  /// 17 tokens, so that images start anywhere in the kernels' blocks of rows.
  private static func network(classToken: Bool = true, dropPath: Double = 0) -> ViT {
    let configuration = ViTConfiguration(
      imageSize: 16, patchSize: 4, width: 24, depth: 4, heads: 2, mlpWidth: 40,
      hasClassToken: classToken)
    return ViT(configuration, weights: PrefixSample.weights, dropPath: dropPath)
  }

  @Test("ends before the first adapter, and before drop-path while training")
  func length() throws {
    let plain = Self.network()
    let late = try PrefixSample.adapters(plain, layers: [2, 3])
    let prefix = plain.frozenPrefix(adapters: late, isTraining: true)
    #expect(prefix == FrozenPrefix(blocks: 2, isWhole: false, shape: [17, 24]))
    let whole = plain.frozenPrefix(adapters: .none, isTraining: true)
    #expect(whole == FrozenPrefix(blocks: 4, isWhole: true, shape: [24]))
    let dropping = Self.network(dropPath: 0.1)
    // The first block has a drop-path of 0.
    let lengths = [true, false].map {
      dropping.frozenPrefix(adapters: late, isTraining: $0)?.blocks
    }
    #expect(lengths == [1, 2])
    let trained = ViT(untrained: plain.configuration, generator: RandomGenerator(seed: 0))
    #expect(trained.frozenPrefix(adapters: .none, isTraining: true) == nil)
  }

  /// Images in another order, in other batches: the same bits.
  @Test(
    "gives an image the same bits in any batch", arguments: [[0], [1], [3], []], [true, false])
  func anyBatch(layers: [Int], classToken: Bool) throws {
    try PrefixSample.expectSameBits(Self.network(classToken: classToken), layers: layers)
  }
}
