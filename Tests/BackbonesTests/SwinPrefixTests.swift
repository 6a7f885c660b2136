import PETL
import Testing

@testable import Backbones

@Suite("The frozen prefix of a Swin")
struct SwinPrefixTests {
  /// Two blocks of 16 tokens, shifted and not, two of 4 and one of 1.
  private static func network(dropPath: Double = 0) -> Swin {
    let configuration = SwinConfiguration(
      imageSize: 16, patchSize: 4, width: 8, window: 2,
      stages: [
        .init(depth: 2, heads: 2, mlpWidth: 20), .init(depth: 2, heads: 2, mlpWidth: 24),
        .init(depth: 1, heads: 4, mlpWidth: 40),
      ])
    return Swin(configuration, weights: PrefixSample.weights, dropPath: dropPath)
  }

  @Test("ends before the first adapter, merged where a stage ends, and before drop-path")
  func length() throws {
    let plain = Self.network()
    func prefix(_ network: Swin, _ layers: [Int], isTraining: Bool = true) throws -> FrozenPrefix? {
      network.frozenPrefix(
        adapters: try PrefixSample.adapters(network, layers: layers), isTraining: isTraining)
    }
    let shapes = try (0..<5).map { try prefix(plain, [$0, 4])?.shape }
    #expect(shapes == [[16, 8], [16, 8], [4, 16], [4, 16], [1, 32]])
    #expect(try (0..<5).map { try prefix(plain, [$0, 4])?.blocks } == [0, 1, 2, 3, 4])
    #expect(try prefix(plain, []) == FrozenPrefix(blocks: 5, isWhole: true, shape: [32]))
    let dropping = Self.network(dropPath: 0.1)
    // The first block has a drop-path of 0.
    #expect(try prefix(dropping, [3])?.blocks == 1)
    #expect(try prefix(dropping, [3], isTraining: false)?.blocks == 3)
  }

  /// Images in another order, in other batches: the same bits.
  @Test("gives an image the same bits in any batch", arguments: [[0], [1], [2], [3], [4], []])
  func anyBatch(layers: [Int]) throws {
    try PrefixSample.expectSameBits(Self.network(), layers: layers)
  }
}
