import Checkpoints
import PETL
import TestSupport
import Testing

@testable import Backbones

@Suite("Adapters at the sites of a ViT")
struct SiteTests {
  private let file: SafetensorsFile
  private let network: ViT
  private let images: Tensor

  init() throws {
    file = try SafetensorsFile(fixture: "vit/token.safetensors")
    network = try ViTCheckpoint(file).network()
    images = try SafetensorsFile(fixture: "vit/golden.safetensors").tensor("images.24")
  }

  /// A kind of site and how an adapter is attached to it.
  struct Place: Sendable, CustomTestStringConvertible {
    let kind: AdaptationSite.Kind
    var placement = Placement.parallel

    var testDescription: String { "\(kind.rawValue) \(placement.rawValue)" }

    static let all =
      AdaptationSite.Kind.usual.filter { $0 != .tokens }.map { Place(kind: $0) }
      + AdaptationSite.Kind.usual.filter { $0.isBlock || $0.isLinear }.map {
        Place(kind: $0, placement: .sequential)
      } + [AdaptationSite.Kind.attention, .mlp].map { Place(kind: $0, placement: .input) }
      + [AdaptationSite.Kind.attention, .mlp].map { Place(kind: $0, placement: .stream) }
      + [AdaptationSite.Kind.attention, .mlp].map { Place(kind: $0, placement: .normalized) }
  }

  @Test("change the features as written out by hand", arguments: Place.all, [false, true])
  func handComputation(_ place: Place, _ decomposes: Bool) throws {
    let site = try #require(network.sites.last { $0.kind == place.kind })
    #expect(site.layer == (place.kind == .embedding ? 0 : 1))
    let factors = randomFactors(site, RandomGenerator(seed: 3), placement: place.placement)
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

  @Test("change the features all together", arguments: Placement.all, [false, true])
  func everywhere(_ placement: Placement, _ decomposes: Bool) throws {
    let factors = sites.map {
      ($0, randomFactors($0, RandomGenerator(seed: 4), placement: placement))
    }
    let set = adapters(factors, placement, decomposes)
    let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
    let difference = relativeDistance(features, try reference(at: factors, placement))
    #expect(difference < 1e-5)
  }

  @Test("get the gradients of finite differences", arguments: Place.all, [false, true])
  func finiteDifferences(_ place: Place, _ decomposes: Bool) throws {
    let sites = network.sites.filter { $0.kind == place.kind }
    let factors = sites.map {
      randomFactors($0, RandomGenerator(seed: 5), placement: place.placement)
    }
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

  @Test("get the gradients of the network written out by hand", arguments: Placement.all)
  func gradients(_ placement: Placement) throws {
    let factors = sites.map { site -> Factors in
      let (down, up) = randomFactors(
        site, RandomGenerator(seed: 7).split(site.name), placement: placement)
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
    let sites = network.sites.filter { $0.kind.isLinear || $0.kind.isBlock }
    let set = try AdapterSet(sites: sites, generator: RandomGenerator(seed: 6)) {
      SubspaceBottleneck(site: $0, options: NoOptions(), generator: $1)
    }
    let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
    let gradients = features.squared().mean().backward()
    for (name, parameter) in set.parameters {
      let gradient = try #require(gradients[parameter.value], "\(name)")
      let isAlive = gradient.values.contains { $0 != 0 }
      #expect(isAlive, "\(name)")
    }
    #expect(set.parameters.count == 32)
    #expect(network.parameters.isEmpty)
  }

  private typealias Factors = (AdaptationSite, (down: Tensor, up: Tensor))

  private func adapters(
    _ factors: [Factors], _ placement: Placement, _ decomposes: Bool
  ) -> AdapterSet {
    AdapterSet(
      factors.map { site, factors in
        let adapter: any Adapter =
          decomposes
          ? SubspaceBottleneck(down: factors.down, up: factors.up, placement: placement)
          : Bottleneck(down: factors.down, up: factors.up, placement: placement)
        return AdapterSet.Entry(site: site, adapter: adapter)
      })
  }

  private func reference(at factors: [Factors], _ placement: Placement) throws -> Tensor {
    let values = Dictionary(uniqueKeysWithValues: factors.map { ($0.0.name, $0.1) })
    let reference = ReferenceViT(configuration: network.configuration, file: file)
    func delta(_ kind: AdaptationSite.Kind, _ layer: Int, _ x: Tensor) -> Tensor? {
      let name = kind.isOfNetwork ? kind.rawValue : "blocks.\(layer).\(kind.rawValue)"
      guard let (down, up) = values[name] else { return nil }
      return x.matmul(down.transposed()).tanh().matmul(up)
    }
    // What the block's maps see, by block.
    var normalized: [AdaptationSite.Kind: Tensor] = [:]
    return try reference.features(images) { kind, layer, h in
      normalized[kind] = h
      guard placement == .input, let added = delta(kind, layer, h) else { return h }
      return h + added
    } at: { kind, layer, x, y in
      if kind.isBlock, placement == .input { return y }
      // Beside what the block adds to the stream: what is added to the stream after it.
      var own = kind.isBlock && placement == .stream ? x + y : placement.isAfterSite ? y : x
      if kind.isBlock, placement == .normalized { own = normalized[kind] ?? x }
      guard let added = delta(kind, layer, own) else { return y }
      return y + added
    }
  }

  /// All sites but those of prompts.
  private var sites: [AdaptationSite] { network.sites.filter { $0.kind != .tokens } }

  @Test("take prompts in the place of those of the layer before")
  func prompts() throws {
    var stream = RandomGenerator(seed: 9)
    let width = network.width
    let leaves = [(0, 3), (1, 2)].map { layer, count in
      (layer, Tensor(stream.normal(count * width), shape: [count, width]).differentiable())
    }
    for used in [leaves, [leaves[0]], [leaves[1]]] {
      let set = AdapterSet(
        try used.map { layer, value in
          let site = try #require(network.sites.first { $0.kind == .tokens && $0.layer == layer })
          return AdapterSet.Entry(site: site, adapter: FixedPrompts(value))
        })
      let features = network.features(images, adapters: set, pass: ForwardPass(over: 3))
      let expected = try ReferenceViT(configuration: network.configuration, file: file).features(
        images, prompts: Dictionary(uniqueKeysWithValues: used)
      ) { $3 }
      let difference = relativeDistance(features, expected)
      #expect(difference < 1e-5)
      let direction = Tensor(stream.normal(features.count), shape: features.shape)
      let (found, wanted) = (features.backward(from: direction), expected.backward(from: direction))
      for (_, leaf) in used {
        let distance = relativeDistance(
          try #require(found[leaf]), try #require(wanted[leaf]))
        #expect(distance < 1e-4)
      }
    }
  }

  @Test("tell the weight and bias of their map exactly", arguments: AdaptationSite.Kind.usual)
  func maps(_ kind: AdaptationSite.Kind) throws {
    let site = try #require(network.sites.last { $0.kind == kind })
    guard kind.isLinear else {
      #expect(network.map(at: site) == nil)
      return
    }
    let map = try #require(network.map(at: site))
    let order: [AdaptationSite.Kind: Int] = [.query: 0, .key: 1, .value: 2]
    let names: [AdaptationSite.Kind: String] = [
      .output: "attn.proj", .fc1: "mlp.fc1", .fc2: "mlp.fc2",
    ]
    let name = "blocks.1.\(names[kind] ?? "attn.qkv")"
    let start = (order[kind] ?? 0) * site.outputWidth
    let rows = start..<start + site.outputWidth
    let weight = try file.tensor("\(name).weight").sliced(axis: 0, rows)
    let bias = try file.tensor("\(name).bias").sliced(axis: 0, rows)
    #expect(map.weight.values == weight.values)
    #expect(map.bias.values == bias.values)
  }
}

extension Placement {
  fileprivate static let all: [Placement] = [
    .parallel, .sequential, .input, .stream, .normalized,
  ]
}
