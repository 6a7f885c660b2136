import LoRA
import PETL
import TestSupport
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
    let weights = WeightProvider() { name, shape in
      var stream = RandomGenerator(seed: 1).split(name)
      return Tensor(stream.normal(shape.reduce(1, *), deviation: 0.3), shape: shape)
    }
    return Swin(configuration, weights: weights, dropPath: dropPath)
  }

  private static func adapters(_ network: Swin, layers: [Int]) throws -> AdapterSet {
    let sites = network.sites.filter { $0.kind == .value && layers.contains($0.layer) }
    return try AdapterSet(sites: sites, generator: RandomGenerator(seed: 2)) { site, generator in
      let adapter = try LoRA(site: site, options: LoRAOptions { $0.rank = 2 }, generator: generator)
      for parameter in adapter.parameters { parameter.update(to: parameter.value + Tensor(0.5)) }
      return adapter
    }
  }

  @Test("ends before the first adapter, merged where a stage ends, and before drop-path")
  func length() throws {
    let plain = Self.network()
    func prefix(_ network: Swin, _ layers: [Int], isTraining: Bool = true) throws -> FrozenPrefix? {
      network.frozenPrefix(
        adapters: try Self.adapters(network, layers: layers), isTraining: isTraining)
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
    let network = Self.network()
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
    #expect(features.values.map(\.bitPattern) == expected.values.map(\.bitPattern))
    #expect(Set(expected.values).count > 100)
    if !layers.isEmpty {
      let plain = network.features(images, adapters: .none, pass: ForwardPass(over: 7))
      #expect(plain.values != expected.values)
    }
  }
}
