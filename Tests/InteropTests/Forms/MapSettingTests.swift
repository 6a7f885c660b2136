import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import TestSupport
import Testing

@testable import AdapterFiles

/// Folders in which maps have settings of their own, and tensors that depend on them.
struct MapSettingTests {
  let registry: PluginRegistry
  let network: ViT

  init() throws {
    registry = try PluginRegistry.builtIn(adding: [BlockScales.self])
    network = try Peers().network()
  }

  private func contents(
    _ groups: [(options: [(String, String)], sites: [String])]
  ) throws -> AdapterContents {
    let groups = groups.map {
      AdapterGroup(type: "block-scales", options: $0.options, sites: $0.sites)
    }
    let adapters = AdapterSet(
      try groups.flatMap { try $0.entries(on: network.sites, registry, place: "test") })
    var generator = RandomGenerator(seed: 7)
    for (_, parameter) in adapters.parameters {
      parameter.update(to: generator.uniform(parameter.value.count, in: 0.5..<1.5))
    }
    return AdapterContents(
      backbone: network, adapters: adapters, groups: groups, head: network.pretrainedHead)
  }

  private func mixed() throws -> AdapterContents {
    try contents([
      ([("block", "4"), ("shift", "false")], ["blocks.0.fc1", "blocks.1.fc1", "blocks.0.output"]),
      ([("block", "8"), ("shift", "true")], ["blocks.0.fc2", "blocks.1.fc2"]),
    ])
  }

  private func json(_ folder: String) throws -> JSONValue {
    let path = "\(folder)/adapter_config.json"
    return try JSONValue(parsing: readFile(path, limit: 1 << 20), name: path)
  }

  @Test func patternsAndModulesReturn() throws {
    let made = try mixed()
    try withScratchFolder { folder in
      try AdapterExport.write(made, to: folder, as: .peft(.timm))
      let json = try json(folder)
      #expect(json["block"] == .integer(4))
      #expect(json["block_pattern"] == .object([.init("fc2", .integer(8))]))
      #expect(json["shifted_modules"] == .array([.string("fc2")]))
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(again.warnings.isEmpty)
      let was = Dictionary(
        uniqueKeysWithValues: made.adapters.parameters.map { ($0.name, $0.parameter.value.values) })
      let now = Dictionary(
        uniqueKeysWithValues: again.adapters.parameters.map { ($0.name, $0.parameter.value.values) }
      )
      #expect(was == now)
    }
  }

  /// Blocks of a fused map come apart by rows, and the parts that are not adapted stay 1.
  @Test func blocksOfAFusedMapReturn() throws {
    let made = try contents([([("block", "4")], ["blocks.0.query", "blocks.0.value"])])
    try withScratchFolder { folder in
      try AdapterExport.write(made, to: folder, as: .peft(.timm))
      let file = try SafetensorsFile(path: "\(folder)/adapter_model.safetensors")
      #expect(file.entry("base_model.model.blocks.0.attn.qkv.scale")?.shape == [12])
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(
        again.adapters.parameters.map(\.parameter.value.values)
          == made.adapters.parameters.map(\.parameter.value.values))
    }
  }

  @Test func partsOfAFusedMapShareTheirSettings() throws {
    let made = try contents([
      ([("block", "4")], ["blocks.0.query"]), ([("block", "2")], ["blocks.0.value"]),
    ])
    #expect(
      AdapterExport.objection(to: made, as: .peft(.timm))
        == "query, key and value share `block` in the one map of 'timm'; those of layer 0 are not the same"
    )
    #expect(AdapterExport.objection(to: made, as: .peft(.vit)) == nil)
  }

  /// What reading says of a folder whose configuration was changed.
  private func complaintAbout(_ old: String, _ new: String) throws -> String {
    let made = try mixed()
    var text = ""
    try withScratchFolder { folder in
      try AdapterExport.write(made, to: folder, as: .peft(.timm))
      let path = "\(folder)/adapter_config.json"
      let json = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
      #expect(json.contains(old))
      try writeAtomically(Array(json.replacing(old, with: new).utf8), to: path)
      text = complaint { try LoadedAdapter.read(folder, for: network, registry: registry) }
        .replacing(folder, with: "F")
    }
    return text
  }

  @Test func refusesWhatDoesNotFit() throws {
    let mode = try complaintAbout("\"mode\": true", "\"mode\": \"bat\"")
    #expect(
      mode.contains(
        "F/adapter_config.json: `mode` is `bat`, which is not supported: expected `true` or `plain`"
      ))
    let missing = try complaintAbout("[\n    \"fc2\"\n  ]", "[\"fc1\", \"fc2\"]")
    #expect(missing.contains("F: tensor `blocks.0.mlp.fc1.shift` is missing, expected [24]"))
    let stray = try complaintAbout("[\n    \"fc2\"\n  ]", "[]")
    #expect(
      stray.contains(
        "F: tensor `blocks.0.mlp.fc2.shift` is not expected with these settings and widths"))
    let shape = try complaintAbout("\"block\": 4", "\"block\": 2")
    #expect(shape.contains("F: tensor `blocks.0.mlp.fc1.scale` has shape [6], expected [12]"))
    let width = try complaintAbout("\"block\": 4", "\"block\": 5")
    #expect(
      width.contains("F: module `blocks.0.attn.proj`: blocks of 5 do not divide 16 outputs"))
    let pattern = try complaintAbout("\"fc2\": 8", "\"fc2\": 0")
    #expect(
      pattern.contains("F/adapter_config.json: `block_pattern`: `block` must be at least 1"))
    let kind = try complaintAbout("\"fc2\": 8", "\"fc2\": 1.5")
    #expect(kind.contains("`block_pattern` has"))
  }

  @Test func notesAPatternWithoutEffect() throws {
    let made = try mixed()
    try withScratchFolder { folder in
      try AdapterExport.write(made, to: folder, as: .peft(.timm))
      let path = "\(folder)/adapter_config.json"
      let json = String(decoding: try readFile(path, limit: 1 << 20), as: UTF8.self)
      try writeAtomically(
        Array(json.replacing("\"fc2\": 8", with: "\"fc2\": 8, \"fc3\": 2").utf8), to: path)
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(
        again.warnings.map(\.message).contains {
          $0.contains("`block_pattern` has no effect under `fc3`")
        })
    }
  }
}
