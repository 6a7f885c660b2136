import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import TestSupport
import Testing

@testable import AdapterFiles

/// Adapters of others, whose PEFT form is all that is known of them here.
struct FormTests {
  let registry: PluginRegistry
  let network: ViT

  init() throws {
    registry = try PluginRegistry.builtIn(adding: [OutputScales.self, TanhMap.self])
    network = try Peers().network()
  }

  /// Adapters with values of their own at some sites.
  private func contents(
    _ type: String, _ options: [(String, String)] = [], _ sites: [String]
  ) throws -> AdapterContents {
    let group = AdapterGroup(type: type, options: options, sites: sites)
    let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: "test"))
    var generator = RandomGenerator(seed: 7)
    for (_, parameter) in adapters.parameters {
      parameter.update(to: generator.uniform(parameter.value.count, in: 0.5..<1.5))
    }
    return AdapterContents(
      backbone: network, adapters: adapters, groups: [group], head: network.pretrainedHead)
  }

  /// Writes, reads, and compares every value.
  private func expectReturn(
    _ contents: AdapterContents, _ naming: SiteModules,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    try withScratchFolder { folder in
      try AdapterExport.write(contents, to: folder, as: .peft(naming))
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(again.format == .peft, sourceLocation: location)
      #expect(again.naming == naming, sourceLocation: location)
      #expect(again.warnings.isEmpty, sourceLocation: location)
      #expect(again.groups.map(\.type) == contents.groups.map(\.type), sourceLocation: location)
      #expect(
        again.groups.map(\.sites) == contents.groups.map(\.sites), sourceLocation: location)
      let (was, now) = (contents.adapters.parameters, again.adapters.parameters)
      #expect(was.map(\.name) == now.map(\.name), sourceLocation: location)
      #expect(
        was.map(\.parameter.value.shape) == now.map(\.parameter.value.shape),
        sourceLocation: location)
      #expect(
        was.map(\.parameter.value.values) == now.map(\.parameter.value.values),
        sourceLocation: location)
    }
  }

  /// Query and value alone over timm's fused map, the key's rows staying 1.
  @Test(arguments: [SiteModules.timm, .vitV5, .vit])
  func vectorsReturn(_ naming: SiteModules) throws {
    try expectReturn(
      contents(
        "output-scales", [],
        ["blocks.0.query", "blocks.0.value", "blocks.0.fc1", "blocks.1.key", "blocks.1.output"]),
      naming)
  }

  @Test(arguments: [SiteModules.timm, .vitV5])
  func matricesReturn(_ naming: SiteModules) throws {
    try expectReturn(
      contents("tanh-map", [("rank", "3")], ["blocks.0.fc1", "blocks.1.output", "blocks.1.fc2"]),
      naming)
  }

  /// What an untrained vector leaves as it is comes back at all parts of the fused map.
  @Test func anUntrainedVectorIsOfAllParts() throws {
    let made = try contents("output-scales", [], ["blocks.0.value"])
    made.adapters.parameters[0].parameter.update(to: Tensor.ones([16]))
    try withScratchFolder { folder in
      try AdapterExport.write(made, to: folder, as: .peft(.timm))
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(
        again.adapters.entries.map(\.site.name)
          == ["blocks.0.query", "blocks.0.key", "blocks.0.value"])
    }
  }

  /// The configuration holds the form's keys among PEFT's.
  @Test func writesTheConfiguration() throws {
    try withScratchFolder { folder in
      try AdapterExport.write(
        contents("tanh-map", [("rank", "3")], ["blocks.0.fc1"]), to: folder, as: .peft(.timm))
      let path = "\(folder)/adapter_config.json"
      let json = try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
      #expect(json["peft_type"] == .string("TANH"))
      #expect(json["r"] == .integer(3))
      #expect(json["target_modules"] == .array([.string("0.mlp.fc1")]))
      #expect(json["modules_to_save"] == .array([.string("head")]))
      let file = try SafetensorsFile(path: "\(folder)/adapter_model.safetensors")
      #expect(
        file.entry("base_model.model.blocks.0.mlp.fc1.up.weight")?.shape == [24, 3])
    }
  }

  @Test func refusesWhatAFormCannotHold() throws {
    func objection(_ contents: AdapterContents, _ format: AdapterExport.Format) -> String? {
      AdapterExport.objection(to: contents, as: format)
    }
    let fused = try contents("tanh-map", [], ["blocks.0.query"])
    #expect(
      objection(fused, .peft(.timm))
        == "the tanh bottleneck of PEFT has no form for query, key and value in the one map of 'timm'; write the adapter for another naming"
    )
    #expect(objection(fused, .peft(.vit)) == nil)
    #expect(
      objection(fused, .mlx(.timm))
        == "mlx adds a product of two factors; 'tanh-map' at 'blocks.0.query' is not one")
    var mixed = try contents("tanh-map", [("rank", "2")], ["blocks.0.fc1"])
    let other = try contents("tanh-map", [("rank", "3")], ["blocks.1.fc1"])
    mixed.adapters = AdapterSet(mixed.adapters.entries + other.adapters.entries)
    #expect(
      objection(mixed, .peft(.timm))
        == "PEFT keeps one `r` for all maps of a tanh bottleneck; here are 2 and 3")
  }

  /// What reading says of a folder that was changed.
  private func complaintAbout(
    _ edits: [(String, String)], knowing registry: PluginRegistry? = nil
  ) throws -> String {
    var text = ""
    try withScratchFolder { folder in
      try AdapterExport.write(
        contents("output-scales", [], ["blocks.0.output"]), to: folder, as: .peft(.timm))
      let path = "\(folder)/adapter_config.json"
      var json = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
      for (old, new) in edits {
        #expect(json.contains(old))
        json = json.replacing(old, with: new)
      }
      try writeAtomically(Array(json.utf8), to: path)
      let registry = registry ?? self.registry
      text = complaint { try LoadedAdapter.read(folder, for: network, registry: registry) }
    }
    return text
  }

  @Test func refusesFoldersThatAreNotOfTheForm() throws {
    // Our own adapter reads such a folder.
    let feed = try complaintAbout(
      [("\"feedforward_modules\": []", "\"feedforward_modules\": [\"fc2\"]")],
      knowing: PluginRegistry(adapters: [OutputScales.self], regularizers: []))
    #expect(
      feed.contains(
        "`feedforward_modules` is [fc2], which is not supported: IA3 is read with []"), "\(feed)")
    let unknown = try complaintAbout([("\"IA3\"", "\"NONE\"")])
    #expect(unknown.contains("expected `LORA` or `VERA` or `ADALORA` or"), "\(unknown)")
    #expect(unknown.contains("or `TANH`"), "\(unknown)")
    let whole = try complaintAbout([("attn.proj", "fc1")])
    #expect(whole.contains("which the configuration does not adapt"), "\(whole)")
  }
}
