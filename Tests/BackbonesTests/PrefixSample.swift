import LoRA
import PETL
import TestSupport
import Testing

@testable import Backbones

/// What the tests of a frozen prefix share: weights, adapters that change the features, and images in other batches.
enum PrefixSample {
  /// Random weights by their names.
  static var weights: WeightProvider {
    WeightProvider() { name, shape in
      var stream = RandomGenerator(seed: 1).split(name)
      return Tensor(stream.normal(shape.reduce(1, *), deviation: 0.3), shape: shape)
    }
  }

  /// LoRA at the values of some layers.
  static func adapters(_ network: some Backbone, layers: [Int]) throws -> AdapterSet {
    let sites = network.sites.filter { $0.kind == .value && layers.contains($0.layer) }
    return try AdapterSet(sites: sites, generator: RandomGenerator(seed: 2)) { site, generator in
      let adapter = try LoRA(site: site, options: LoRAOptions { $0.rank = 2 }, generator: generator)
      // LoRA starts at zero; here it must change the features.
      for parameter in adapter.parameters { parameter.update(to: parameter.value + Tensor(0.5)) }
      return adapter
    }
  }

  /// Images in another order, in other batches: the same bits.
  static func expectSameBits(_ network: some Backbone, layers: [Int]) throws {
    let adapters = try adapters(network, layers: layers)
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
    #expect(features.shape == [7, network.width])
    #expect(Set(expected.values).count > 100)
    if !layers.isEmpty {
      let plain = network.features(images, adapters: .none, pass: ForwardPass(over: 7))
      #expect(plain.values != expected.values)
    }
  }
}
