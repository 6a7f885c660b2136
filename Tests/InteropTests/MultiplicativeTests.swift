import Backbones
import Checkpoints
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Folders of OFT, BOFT, HRA, IA3, RoAd, FourierFT and C3A (Tests/Interop/make_fixtures_multiplicative.py).
struct MultiplicativeTests {
  private static let place = "interop-multiplicative"
  private let expected: SafetensorsFile
  private let peers: Peers

  init() throws {
    expected = try SafetensorsFile(path: fixture("\(Self.place)/expected.safetensors"))
    peers = try Peers()
  }

  /// Folder, naming, method and number of adapted sites.
  static let folders: [(String, SiteModules, String, Int)] = [
    ("timm-oft", .timm, "oft", 12), ("timm-oft-shared", .timm, "oft", 4),
    ("vit-oft-exact", .vitV5, "oft", 6), ("vit-oft-coft", .vitV5, "oft", 4),
    ("timm-boft", .timm, "boft", 8), ("vit-boft-butterfly", .vitV5, "boft", 4),
    ("vit-boft-many", .vitV5, "boft", 4), ("timm-hra", .timm, "hra", 8),
    ("vit-hra-gs", .vitV5, "hra", 4), ("timm-ia3", .timm, "ia3", 10),
    ("vit-ia3-regex", .vitV5, "ia3", 8), ("timm-road", .timm, "road", 10),
    ("timm-road-two", .timm, "road", 8), ("timm-road-four", .timm, "road", 8),
    ("timm-fourierft", .timm, "fourierft", 4),
    ("vit-fourierft-pattern", .vitV5, "fourierft", 6), ("timm-c3a", .timm, "c3a", 10),
    ("vit-c3a", .vitV5, "c3a", 4),
  ]

  static func path(_ name: String) -> String { fixture("\(place)/\(name)") }

  private func difference(_ model: Model, _ name: String) throws -> Float {
    distance(try peers.logits(model), try expected.floats("\(name).logits"))
  }

  /// The values of all parameters by name.
  private func values(_ adapters: AdapterSet) -> [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: adapters.parameters.map { ($0.name, $0.parameter.value.values) })
  }

  @Test(arguments: folders)
  func givesTheSameLogits(
    _ name: String, _ naming: SiteModules, _ method: String, _ sites: Int
  ) throws {
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(Self.path(name), for: network, registry: registry)
    #expect(loaded.format == .peft)
    #expect(loaded.naming == naming)
    #expect(loaded.methods == [method])
    #expect(loaded.adapters.entries.count == sites)
    #expect(loaded.warnings.isEmpty)
    let distance = try difference(try loaded.model(on: network), name)
    #expect(distance < 1e-4, "\(distance)")
    // The adapter does something.
    let head = try #require(loaded.head ?? network.pretrainedHead)
    let plain = Model(backbone: network, adapters: .none, head: head)
    #expect(try difference(plain, name) > 0.01)
  }

  /// Written in the naming that it came in and in our own format, it is the same bit for bit.
  @Test(arguments: folders)
  func keepsEveryBit(
    _ name: String, _ naming: SiteModules, _ method: String, _ sites: Int
  ) throws {
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(Self.path(name), for: network, registry: registry)
    let contents = AdapterContents(loaded, on: network)
    try withScratchFolder { folder in
      let formats: [(String, AdapterExport.Format)] = [("own", .petl), ("peft", .peft(naming))]
      for (place, format) in formats {
        let own = "\(folder)/\(place)"
        try AdapterExport.write(contents, to: own, as: format)
        let again = try LoadedAdapter.read(own, for: network, registry: registry)
        #expect(again.warnings.isEmpty)
        #expect(again.methods == [method])
        #expect(values(again.adapters) == values(loaded.adapters))
      }
    }
  }

  /// From a fused map to maps of their own, every method stays itself.
  @Test(arguments: folders.filter { $0.0.hasPrefix("timm") })
  func goesToMapsOfTheirOwn(
    _ name: String, _ naming: SiteModules, _ method: String, _ sites: Int
  ) throws {
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(Self.path(name), for: network, registry: registry)
    try withScratchFolder { folder in
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: folder, as: .peft(.vitV5))
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(again.methods == [method])
      let head = try #require(loaded.head ?? network.pretrainedHead)
      let model = Model(backbone: network, adapters: again.adapters, head: head)
      let distance = try difference(model, name)
      #expect(distance < 1e-4, "\(distance)")
    }
  }

  /// Onto a fused map goes what its rows hold; what changes the inputs does where it is the same for all
  /// parts, or as the LoRA that it equals.
  @Test(arguments: [
    ("vit-c3a", "c3a", ""), ("vit-hra-gs", "lora", ""), ("vit-ia3-regex", "ia3", ""),
    // The LoRA that it equals would have as many ranks as inputs.
    ("vit-oft-coft", "", "is of query, key and value alike; in layer 0 some are not adapted"),
    ("vit-oft-exact", "", "query, key and value share `oft_R.weight` in the one map of 'timm'"),
    ("vit-boft-many", "", "is of query, key and value alike; in layer 0 some are not adapted"),
    ("vit-fourierft-pattern", "", "has no form for query, key and value in the one map of 'timm'"),
  ])
  func goesOntoAFusedMap(_ name: String, _ method: String, _ words: String) throws {
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(Self.path(name), for: network, registry: registry)
    let contents = AdapterContents(loaded, on: network)
    try withScratchFolder { folder in
      let place = "\(folder)/timm"
      guard words.isEmpty else {
        expectComplaint(words) {
          try AdapterExport.write(contents, to: place, as: .peft(.timm))
        }
        return
      }
      try AdapterExport.write(contents, to: place, as: .peft(.timm))
      let again = try LoadedAdapter.read(place, for: network, registry: registry)
      #expect(again.methods == [method])
      let head = try #require(loaded.head ?? network.pretrainedHead)
      let model = Model(backbone: network, adapters: again.adapters, head: head)
      let distance = try difference(model, name)
      #expect(distance < 1e-4, "\(distance)")
    }
  }

  /// What reading says of a folder whose configuration was changed.
  private func complaintAbout(_ name: String, _ edits: [(String, String)]) throws -> String {
    let network = try peers.network()
    return try withScratchFolder { folder in
      for file in ["adapter_config.json", "adapter_model.safetensors"] {
        let bytes = try readFile("\(Self.path(name))/\(file)", limit: 1 << 24)
        try writeAtomically(bytes, to: "\(folder)/\(file)")
      }
      let file = "\(folder)/adapter_config.json"
      var json = String(decoding: try readFile(file, limit: 1 << 20), as: UTF8.self)
      for (old, new) in edits {
        #expect(json.contains(old))
        json = json.replacing(old, with: new)
      }
      try writeAtomically(Array(json.utf8), to: file)
      return complaint { try LoadedAdapter.read(folder, for: network, registry: registry) }
    }
  }

  /// An option that is not as the tensors are, or that nobody knows, is an error that names it.
  @Test(arguments: [
    (
      "timm-oft", "\"oft_block_size\": 4", "\"oft_block_size\": 5",
      "'oft_block_size' 5 does not divide"
    ),
    (
      "timm-oft", "\"oft_block_size\": 4", "\"oft_block_size\": 8",
      "has shape [4, 6], expected [2, 28]"
    ),
    ("timm-oft", "\"r\": 0", "\"r\": 4", "both cut the inputs into blocks"),
    (
      "timm-oft", "\"num_cayley_neumann_terms\": 5", "\"num_cayley_neumann_terms\": 1",
      "`num_cayley_neumann_terms` is 1"
    ),
    ("timm-oft", "\"block_share\": false", "\"block_share\": true", "expected [1, 6]"),
    (
      "timm-oft", "\"bias\": \"none\"", "\"bias\": \"oft_only\"",
      "`bias` means weights of this network"
    ),
    (
      "timm-oft", "\"fan_in_fan_out\": false", "\"fan_in_fan_out\": true", "`fan_in_fan_out` is set"
    ),
    (
      "timm-boft", "\"boft_n_butterfly_factor\": 1", "\"boft_n_butterfly_factor\": 2",
      "has shape [1, 4, 4, 4], expected [2, 4, 4, 4]"
    ),
    ("timm-boft", "\"boft_dropout\": 0.1", "\"boft_dropout\": 2.0", "`boft_dropout` is 2.0"),
    ("timm-hra", "\"r\": 4", "\"r\": 5", "has shape [16, 4], expected [inputs, 5]"),
    (
      "timm-ia3", "\"feedforward_modules\": [\n    \"fc2\"",
      "\"feedforward_modules\": [\n    \"fc1\"", "has shape [24, 1], expected [1, 16]"
    ),
    ("timm-road", "\"road_1\"", "\"road_3\"", "`variant` is `road_3`, which is not supported"),
    ("timm-road", "\"road_1\"", "\"road_2\"", "has shape [24], expected [48]"),
    ("timm-road", "\"group_size\": 8", "\"group_size\": 10", "'group_size' 10 does not divide"),
    (
      "timm-fourierft", "\"n_frequency\": 40", "\"n_frequency\": 41",
      "has shape [40], expected [41]"
    ),
    (
      "timm-fourierft", "\"random_loc_seed\": 777", "\"random_loc_seed\": -1",
      "`random_loc_seed` is -1"
    ),
    ("timm-c3a", "\"block_size\": 8", "\"block_size\": 6", "'block_size' 6 does not divide"),
    ("timm-c3a", "\"mlp.fc2\": 4", "\"mlp.fc2\": 2", "has shape [4, 6, 4], expected [8, 12, 2]"),
    ("timm-c3a", "xavier_uniform", "pissa", "`init_weights` is `pissa`, which is not supported"),
  ])
  func refuses(_ name: String, _ old: String, _ new: String, _ words: String) throws {
    let text = try complaintAbout(name, [(old, new)])
    #expect(text.contains(words), "\(text)")
  }
}
