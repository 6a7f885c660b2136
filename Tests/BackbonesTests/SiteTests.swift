import Checkpoints
import PETL
import Testing

@testable import Backbones

@Suite("Adapters at the sites of a ViT")
struct SiteTests {
  private let file: SafetensorsFile
  private let network: ViT
  private let images: Tensor

  init() throws {
    file = try fixture("vit/token.safetensors")
    network = try ViTCheckpoint(file).network()
    images = try fixture("vit/golden.safetensors").tensor("images.24")
  }

  /// A kind of site and how an adapter is attached to it.
  struct Place: Sendable, CustomTestStringConvertible {
    let kind: AdaptationSite.Kind
    var placement = BlockPlacement.parallel

    var testDescription: String { "\(kind.rawValue) \(placement.rawValue)" }

    static let all =
      AdaptationSite.Kind.allCases.map { Place(kind: $0) }
      + [AdaptationSite.Kind.attention, .mlp].map { Place(kind: $0, placement: .sequential) }
  }

  @Test("change the features as written out by hand", arguments: Place.all, [false, true])
  func handComputation(_ place: Place, _ decomposes: Bool) throws {
    let site = network.sites[8 + (AdaptationSite.Kind.allCases.firstIndex(of: place.kind) ?? 0)]
    #expect(site.kind == place.kind && site.layer == 1)
    let factors = randomFactors(site, RandomGenerator(seed: 3))
    let set = adapters([(site, factors)], place.placement, decomposes)
    let pass = ForwardPass(over: 3)
    let features = network.features(images, adapters: set, pass: pass)
    let expected = try reference(at: [(site, factors)], place.placement)
    let difference = relativeDistance(features, expected)
    #expect(difference < 1e-5)
    let plain = network.features(images, adapters: .none, pass: ForwardPass(over: 3))
    let change = relativeDistance(plain, expected)
    #expect(change > 1e-2)
    #expect(pass.subspaces.map(\.site) == (decomposes ? [site] : []))
  }

  @Test("change the features all together", arguments: BlockPlacement.all, [false, true])
  func everywhere(_ placement: BlockPlacement, _ decomposes: Bool) throws {
    let factors = network.sites.map { ($0, randomFactors($0, RandomGenerator(seed: 4))) }
    let set = adapters(factors, placement, decomposes)
    let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
    let difference = relativeDistance(features, try reference(at: factors, placement))
    #expect(difference < 1e-5)
  }

  @Test("get the gradients of finite differences", arguments: Place.all, [false, true])
  func finiteDifferences(_ place: Place, _ decomposes: Bool) throws {
    let sites = network.sites.filter { $0.kind == place.kind }
    let factors = sites.map { randomFactors($0, RandomGenerator(seed: 5)) }
    // Differences of features of order 1 are good to 1e-3: that is a hundredth of the floor.
    let check = GradientCheck.run(
      factors.flatMap { [$0.down, $0.up] }, directions: 2, floor: 0.1
    ) { inputs in
      let pairs = sites.indices.map { (sites[$0], (inputs[2 * $0], inputs[2 * $0 + 1])) }
      let set = adapters(pairs, place.placement, decomposes)
      return network.features(images, adapters: set, pass: ForwardPass(over: 3))
    }
    #expect(check.worst < 1e-2, "\(check)")
  }

  @Test("get the gradients of the network written out by hand", arguments: BlockPlacement.all)
  func gradients(_ placement: BlockPlacement) throws {
    let factors = network.sites.map { site -> Factors in
      let (down, up) = randomFactors(site, RandomGenerator(seed: 7).split(site.name))
      return (site, (down.differentiable(), up.differentiable()))
    }
    let set = adapters(factors, placement, true)
    let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
    var stream = RandomGenerator(seed: 8)
    let direction = Tensor(stream.normal(features.count), shape: features.shape)
    let found = features.backward(from: direction)
    let expected = try reference(at: factors, placement).backward(from: direction)
    for (site, (down, up)) in factors {
      for leaf in [down, up] {
        let gradient = try #require(found[leaf], "\(site.name)")
        let difference = relativeDistance(gradient, try #require(expected[leaf]))
        #expect(difference < 1e-4, "\(site.name)")
      }
    }
  }

  @Test("all get a gradient, and the frozen network none")
  func everyParameter() throws {
    let set = try AdapterSet(sites: network.sites, generator: RandomGenerator(seed: 6)) {
      SubspaceBottleneck(site: $0, options: NoOptions(), generator: $1)
    }
    let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
    let gradients = features.squared().mean().backward()
    for (name, parameter) in set.parameters {
      let gradient = try #require(gradients[parameter.value], "\(name)")
      let isAlive = gradient.values.contains { $0 != 0 }
      #expect(isAlive, "\(name)")
    }
    #expect(set.parameters.count == 32 && network.parameters.isEmpty)
  }

  private typealias Factors = (AdaptationSite, (down: Tensor, up: Tensor))

  private func adapters(
    _ factors: [Factors], _ placement: BlockPlacement, _ decomposes: Bool
  ) -> AdapterSet {
    AdapterSet(
      factors.map { site, factors in
        let adapter: any Adapter =
          decomposes
          ? SubspaceBottleneck(down: factors.down, up: factors.up)
          : Bottleneck(down: factors.down, up: factors.up)
        return AdapterSet.Entry(site: site, adapter: adapter, placement: placement)
      })
  }

  private func reference(at factors: [Factors], _ placement: BlockPlacement) throws -> Tensor {
    let values = Dictionary(uniqueKeysWithValues: factors.map { ($0.0.name, $0.1) })
    let reference = ReferenceViT(configuration: network.configuration, file: file)
    return try reference.features(images) { kind, layer, x, y in
      guard let (down, up) = values["blocks.\(layer).\(kind.rawValue)"] else { return y }
      let input = !kind.isLinear && placement == .sequential ? y : x
      return y + input.matmul(down.transposed()).tanh().matmul(up)
    }
  }
}

extension BlockPlacement {
  fileprivate static let all: [BlockPlacement] = [.parallel, .sequential]
}
