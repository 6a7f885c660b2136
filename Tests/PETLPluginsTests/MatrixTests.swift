import Backbones
import PETL
import PETLPlugins
import PETLTesting
import Recipes
import Testing

/// Every adapter of the package with the laws, and with every regularizer of the package.
struct MatrixTests {
  /// An adapter by name, with options that fit sites of width 24.
  struct Candidate: Sendable, CustomTestStringConvertible {
    let name: String
    let options: String
    var testDescription: String { options.isEmpty ? name : "\(name) {\(options)}" }
  }

  static let registry: PluginRegistry? = try? .builtIn()

  /// The defaults of these are made for wider networks.
  static let smallOptions: [String: String] = [
    "lora": "rank: 4", "aoft": "rank: 5", "lorta": "rank: 3", "lsr": "rank: 4, terms: 3",
    "vera": "rank: 6", "polar": "rank: 4", "stella": "rank: 4", "hta": "rank: 2", "dora": "rank: 3",
    "aoft-prompt": "prompts: 4", "vpt": "prompts: 3", "adaptformer": "rank: 4", "arc": "rank: 4",
    "adalora": "init_r: 4, target_r: 2", "fact-tt": "rank: 3", "fact-tk": "rank: 3",
    "convpass": "rank: 4", "compacter": "rank: 4", "consolidator": "groups: [4]",
    "bi-lora": "rank: 4", "bi-adaptformer": "rank: 4", "oft": "oft_block_size: 4",
    "fourierft": "n_frequency: 20", "c3a": "block_size: 8", "road": "group_size: 8",
    "kadaptation": "phm_dim: 4", "loha": "rank: 3", "lokr": "rank: 2", "delora": "rank: 4",
    "randlora": "rank: 7", "miss": "rank: 5", "gralora": "rank: 4, hybrid_r: 2",
    "lora-xs": "rank: 4", "vb-lora": "rank: 2, num_vectors: 8, vector_length: 4",
  ]

  /// Those whose initial values are the same whatever the seed.
  static let fixedStarts: Set<String> = ["oft", "boft", "ia3", "road", "miss"]

  /// Those that say nothing by default, and directions that are fewer than a width of 24.
  static let regularizerOptions: [String: String] = [
    "o-lora": "reference: [earlier]", "clora": "k: 5", "intruder": "k: 3",
  ]

  /// Those that take no gradient through some quantity; their gradients are left to the golden values.
  ///
  /// DoRA's norms are constants by definition, weights of one bit are rounded straight through, and which of its
  /// vectors VB-LoRA takes has no slope.
  static let stopping: Set<String> = ["dora", "bi-lora", "bi-adaptformer", "vb-lora"]

  static let candidates = (registry?.adapters ?? []).filter { $0.adapter != nil }.map {
    Candidate(
      name: $0.descriptor.name, options: smallOptions[$0.descriptor.name] ?? "")
  }

  /// Regularizers with options under which their gradient is that of finite differences.
  static let regularizers: [Candidate] =
    (registry?.regularizers ?? []).map {
      Candidate(
        name: $0.descriptor.name, options: regularizerOptions[$0.descriptor.name] ?? "")
    }
    + [
      ("o-lora", "reference: [one, two], of: both, power: 2"),
      ("clora", "k: 5, p: null-space"), ("delta-norm", "p: nuclear, squared: false"),
      ("delta-norm", "p: spectral"), ("keep", "distance: squared"), ("keep", "distance: cosine"),
      ("intruder", "k: 3, mode: with, of: both"), ("orthogonal", "of: basis"),
    ].map { Candidate(name: $0, options: $1) }
    + [
      "measure: cosine, over: batch, exponent: 2", "measure: euclidean",
      "measure: nonlinear, sigma: 1, method: exact",
    ].map { Candidate(name: "resora", options: $0) }

  private func reader(_ options: String) throws -> OptionReader {
    OptionReader(try YAMLReader.parse(text: "{\(options)}", name: "options"), section: "options")
  }

  /// One site of each kind that the adapter has by default, of a network of width 24.
  private func sites(_ plugin: AdapterPlugin, _ options: String) throws -> [AdaptationSite] {
    var configuration = ViTConfiguration.micro
    (configuration.width, configuration.mlpWidth) = (24, 40)
    (configuration.depth, configuration.heads) = (2, 3)
    // Four patches and the class token.
    configuration.imageSize = 8
    guard case .adapters(let attachment) = plugin.read(try reader(options)) else { return [] }
    return configuration.sites.filter {
      attachment.defaultSites.contains($0.kind) && ($0.layer == 0 || $0.kind == .norm)
    }
  }

  @Test(
    "Every adapter keeps the laws at every kind of site that it has by default",
    arguments: candidates)
  func laws(_ candidate: Candidate) throws {
    let plugin = try #require(Self.registry).adapter(named: candidate.name)
    let type = try #require(plugin.adapter)
    let options = try reader(candidate.options)
    for site in try sites(plugin, candidate.options) {
      let findings = check(type, options, site)
      #expect(findings == [], "\(site.name)")
    }
    #expect(options.diagnostics.isEmpty)
  }

  @Test(
    "Every regularizer gives every adapter that it works on a right gradient",
    arguments: candidates,
    regularizers)
  func pairs(_ candidate: Candidate, _ other: Candidate) throws {
    let registry = try #require(Self.registry)
    let plugin = try registry.adapter(named: candidate.name)
    let type = try #require(plugin.adapter)
    let site = try #require(try sites(plugin, candidate.options).first)
    let regularizer = try registry.regularizer(named: other.name).read(reader(other.options))()
    switch pair(type, try reader(candidate.options), site, regularizer) {
    case .refused(let reason): #expect(!reason.isEmpty)
    case .checked(let findings): #expect(findings == [])
    }
  }

  @Test("A plugin's tests are listed here when its defaults are too large, and only then")
  func noStrangers() {
    let names = Set(Self.candidates.map(\.name))
    #expect(Set(Self.smallOptions.keys).isSubset(of: names))
    #expect(!names.isEmpty)
  }

  private func check<Plugin: Adapter>(
    _ type: Plugin.Type, _ reader: OptionReader, _ site: AdaptationSite
  ) -> [ConformanceFinding] {
    Conformance.check(
      adapter: type, options: Plugin.Options(from: reader), site: site,
      startsAtRandom: !Self.fixedStarts.contains(Plugin.descriptor.name),
      stopsGradients: Self.stopping.contains(Plugin.descriptor.name))
  }

  private func pair<Plugin: Adapter>(
    _ type: Plugin.Type, _ reader: OptionReader, _ site: AdaptationSite,
    _ regularizer: any Regularizer
  ) -> Conformance.Pairing {
    Conformance.check(
      regularizer: regularizer, on: type, options: Plugin.Options(from: reader), site: site,
      stopsGradients: Self.stopping.contains(Plugin.descriptor.name)
        || Self.hasMoreMapsThanTokens(Plugin.descriptor.name, regularizer))
  }

  /// The correlation of 28 coefficients over 12 tokens is singular up to log-det's small number, so that finite
  /// differences say nothing of its logarithm.
  private static func hasMoreMapsThanTokens(
    _ adapter: String, _ regularizer: any Regularizer
  ) -> Bool {
    adapter == "randlora" && type(of: regularizer).descriptor.name == "log-det"
  }
}
