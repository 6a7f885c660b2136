import Backbones
import PETL
import PETLPlugins
import Recipes
import Testing

/// Parameters on ViT-B/16 and the start of training, through the registry.
@Suite struct CountTests {
  /// A method with options, at sites (its own when nil).
  struct Expectation: Sendable, CustomTestStringConvertible {
    let name: String
    let options: String
    let sites: Set<AdaptationSite.Kind>?
    let expected: Int

    init(
      _ name: String, _ options: String, _ expected: Int, at sites: Set<AdaptationSite.Kind>? = nil
    ) {
      (self.name, self.options, self.expected, self.sites) = (name, options, expected, sites)
    }

    var testDescription: String { "\(name) {\(options)}: \(expected)" }
  }

  /// Published, or what the published structure gives; totals in the papers have a head beside it.
  static let counts = [
    Expectation("lora", "rank: 8", 294_912),
    Expectation("adaptformer", "rank: 64", 1_189_632),
    Expectation("adaptformer", "rank: 8", 156_768),
    Expectation("pfeiffer", "rank: 8", 156_768), Expectation("adapter-plus", "", 165_984),
    Expectation("arc", "", 96_432), Expectation("polar", "rank: 8", 296_448),
    Expectation("stella", "rank: 8", 296_448),
    Expectation("aoft", "lambda: none", 36_864),
    Expectation("aoft", "placement: adapter, lambda: none", 18_432),
    Expectation("aoft", "placement: adapter, lambda: none", 36_864, at: [.attention, .mlp]),
    Expectation("aoft-prompt", "", 9_216),
    Expectation("hta", "", 184_320), Expectation("hta", "rank: 0", 110_592),
    Expectation("hta", "rank: 2", 258_048),
    Expectation("hta", "rank: 4", 405_504),
    Expectation("hta", "rank: 0", 55_296, at: [.query, .value]),
    Expectation("lorta", "rank: 8", 6_880),
    Expectation("lsr", "rank: 4, terms: 16", 3_584 * 24),
    Expectation("vera", "rank: 256", 24 * (256 + 768)),
    Expectation("dora", "rank: 8", 294_912 + 24 * 768), Expectation("ssf", "", 205_824),
    Expectation("loha", "", 589_824), Expectation("lokr", "", 26_112),
    Expectation("lokr", "rank: 16", 24 * (24 * 24 + 32 * 32)),
    Expectation("lokr", "rank: 4, decompose_both: true", 24 * (2 * 24 * 4 + 2 * 32 * 4)),
    Expectation("delora", "", 294_936), Expectation("randlora", "", 460_800),
    Expectation("miss", "", 1_179_648),
    Expectation("miss", "init_weights: mini, mini_r: 64", 24 * 64 * 64),
    Expectation("gralora", "", 1_179_648), Expectation("gralora", "hybrid_r: 8", 1_474_560),
    Expectation("vb-lora", "", 212_992), Expectation("lora-xs", "rank: 16", 6_144),
    Expectation("lora", "rank: 8, start: pissa", 294_912),
    Expectation("lora", "rank: 8, lora_fa: plain", 147_456),
    Expectation("oft", "", 285_696), Expectation("oft", "block_share: true", 11_904),
    Expectation("oft", "r: 12, oft_block_size: 0", 580_608), Expectation("boft", "", 92_160),
    Expectation("hra", "", 147_456), Expectation("ia3", "", 55_296),
    Expectation("fourierft", "", 24_000), Expectation("c3a", "", 55_296),
    Expectation("road", "", 18_432), Expectation("road", "variant: road_4", 73_728),
    Expectation("vpt", "prompts: 10", 92_160),
    Expectation("vpt", "prompts: 10, deep: false", 7_680),
    Expectation("bitfit", "", 102_912), Expectation("full", "", 85_798_656),
    Expectation("linear-probe", "", 0),
    Expectation("norm-tuning", "", 25 * 2 * 768),
    // 0.06M of FacT-TT at rank 16, and the paper's tiny version of 8K.
    Expectation("fact-tt", "rank: 16", 61_440), Expectation("fact-tt", "rank: 4", 8_448),
    Expectation("fact-tk", "rank: 32", 86_528), Expectation("fact-tk", "rank: 16", 30_976),
    // 0.33M.
    Expectation("convpass", "", 327_552),
    // 4 (width + r) a layer and n³, which follows from the shapes, and biases.
    Expectation("compacter", "", 12 * 4 * (768 + 24) + 64 + 24 * (768 + 24)),
    Expectation("kadaptation", "", 24 * 2 * 768 + 4 * 32 * 32),
    // With the mean head of VTAB-1k, 769 · 940 / 19 numbers, the published 0.33M.
    Expectation("rlrr", "", 288_768),
    // 0.35% of the network.
    Expectation("consolidator", "", 304_128),
    Expectation("bi-lora", "", 24 * 2 * 768 * 32),
    Expectation("bi-adaptformer", "", 12 * 2 * 768 * 32),
  ]

  @Test("Parameters on ViT-B/16", arguments: counts)
  func parameterCounts(_ count: Expectation) throws {
    let plugin = try PluginRegistry.builtIn().adapter(named: count.name)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(count.options)}", name: "options"), section: "options")
    let method = plugin.read(reader)
    try reader.throwIfInvalid()
    switch method {
    case .adapters(let attachment):
      let kinds = count.sites ?? Set(attachment.defaultSites)
      let sites = ViTConfiguration.base16.sites.filter { kinds.contains($0.kind) }
      let set = AdapterSet(try attachment.attach(sites, RandomGenerator(seed: 0)))
      let found = set.parameters.reduce(0) { $0 + $1.parameter.value.count }
      #expect(found == count.expected)
    case .weights(let make):
      let found = ViTConfiguration.base16.weights.filter(try make()).reduce(0) {
        $0 + $1.shape.reduce(1, *)
      }
      #expect(found == count.expected)
    }
  }

  /// Those that do not start at the pre-trained network, as their papers or options have it.
  static let moving: Set<String> = [
    "ssf", "vpt", "aoft-prompt", "houlsby", "pfeiffer", "adapter-plus", "arc", "stella",
    "vb-lora",
    "rlrr", "consolidator", "bi-lora", "bi-adaptformer",
    "fourierft", "c3a",
  ]

  @Test("Training starts at the pre-trained network", arguments: MatrixTests.candidates)
  func start(_ candidate: MatrixTests.Candidate) throws {
    let plugin = try #require(MatrixTests.registry).adapter(named: candidate.name)
    let reader = OptionReader(
      try YAMLReader.parse(text: "{\(candidate.options)}", name: "options"), section: "options")
    guard case .adapters(let attachment) = plugin.read(reader) else { return }
    var configuration = ViTConfiguration.micro
    configuration.depth = 2
    let network = ViT(frozenRandom: configuration, generator: RandomGenerator(seed: 1))
    let sites = network.sites.filter { attachment.defaultSites.contains($0.kind) }
    let set = AdapterSet(try attachment.attach(sites, RandomGenerator(seed: 2)))
    network.bind(set)
    var stream = RandomGenerator(seed: 3)
    let images = Tensor(stream.normal(2 * 32 * 32 * 3), shape: [2, 32, 32, 3])
    func features(_ adapters: AdapterSet) -> [Float] {
      let pass = ForwardPass(isTraining: true, images: 2, generator: RandomGenerator(seed: 4))
      return network.features(images, adapters: adapters, pass: pass).values
    }
    let (plain, adapted) = (features(.none), features(set))
    let distance = zip(plain, adapted).map { abs($0 - $1) }.max() ?? 0
    if Self.moving.contains(candidate.name) {
      #expect(distance > 1e-4)
    } else {
      #expect(distance < 2e-5)
    }
    // And nothing is dead: within three steps along the gradient every parameter has one.
    var alive: Set<String> = []
    for _ in 0..<3 {
      let pass = ForwardPass(isTraining: true, images: 2, generator: RandomGenerator(seed: 4))
      let gradients = network.features(images, adapters: set, pass: pass).squared().sum().backward()
      for (name, parameter) in set.parameters {
        guard let gradient = gradients[parameter.value],
          gradient.values.contains(where: { $0 != 0 })
        else { continue }
        alive.insert(name)
        parameter.update(
          to: zip(parameter.value.values, gradient.values).map { $0 - 1e-3 * $1 })
      }
    }
    let dead = set.parameters.map(\.name).filter { !alive.contains($0) }
    #expect(dead == [])
  }
}
