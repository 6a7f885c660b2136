import LoRA
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("The frozen prefix of a ViT")
struct PrefixTests {
  /// 17 tokens, so that images start anywhere in the kernels' blocks of rows.
  private static func network(classToken: Bool = true, dropPath: Double = 0) -> ViT {
    let configuration = ViTConfiguration(
      imageSize: 16, patchSize: 4, width: 24, depth: 4, heads: 2, mlpWidth: 40,
      hasClassToken: classToken)
    let weights = WeightProvider() { name, shape in
      var stream = RandomGenerator(seed: 1).split(name)
      return Tensor(stream.normal(shape.reduce(1, *), deviation: 0.3), shape: shape)
    }
    return ViT(configuration, weights: weights, dropPath: dropPath)
  }

  private static func adapters(_ network: ViT, layers: [Int]) throws -> AdapterSet {
    let sites = network.sites.filter { $0.kind == .value && layers.contains($0.layer) }
    return try AdapterSet(sites: sites, generator: RandomGenerator(seed: 2)) { site, generator in
      let adapter = try LoRA(site: site, options: LoRAOptions { $0.rank = 2 }, generator: generator)
      // LoRA starts at zero; here it must change the features.
      for parameter in adapter.parameters { parameter.update(to: parameter.value + Tensor(0.5)) }
      return adapter
    }
  }

  @Test("ends before the first adapter, and before drop-path while training")
  func length() throws {
    let plain = Self.network()
    let late = try Self.adapters(plain, layers: [2, 3])
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
    let network = Self.network(classToken: classToken)
    let adapters = try Self.adapters(network, layers: layers)
    let prefix = try #require(network.frozenPrefix(adapters: adapters, isTraining: true))
    var stream = RandomGenerator(seed: 3)
    let images = Tensor(stream.normal(7 * 16 * 16 * 3), shape: [7, 16, 16, 3])
    let expected = network.features(images, adapters: adapters, pass: ForwardPass(over: 7))
    let order = [5, 0, 6, 2, 1, 4, 3]
    let parts = [order[..<1], order[1..<4], order[4...]].map { part in
      network.activations(of: images.gathered(Array(part)), after: prefix)
    }
    let activations = Tensor.concatenated(parts, axis: 0)
      .gathered((0..<7).compactMap(order.firstIndex))
    let features = network.features(
      from: activations, after: prefix, adapters: adapters, pass: ForwardPass(over: 7))
    let same = features.values.map(\.bitPattern) == expected.values.map(\.bitPattern)
    #expect(same)
    #expect(features.shape == [7, 24])
    let distinct = Set(expected.values)
    #expect(distinct.count > 100)
  }
}
