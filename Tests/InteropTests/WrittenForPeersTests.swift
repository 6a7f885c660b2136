import Backbones
import Checkpoints
import Foundation
import PETL
import PETLPlugins
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Writes what Tests/Interop/check_written.py loads with PEFT.
///
/// Skipped unless the environment names a folder, PETL_INTEROP. Python is not run here.
struct WrittenForPeersTests {
  static let folder = ProcessInfo.processInfo.environment["PETL_INTEROP"]
  static let namings: [SiteModules] = [.timm, .vitV5, .vit]

  /// LoRAs of several ranks and scalings on query, value and the MLP, as two trainings would leave them.
  private func mixture(_ network: ViT) throws -> AdapterContents {
    let groups = [
      AdapterGroup(
        type: "lora", options: [("rank", "2"), ("alpha", "3")],
        sites: ["blocks.0.query", "blocks.1.query", "blocks.1.fc1"]),
      AdapterGroup(
        type: "lora", options: [("rank", "3"), ("alpha", "8"), ("rslora", "true")],
        sites: ["blocks.0.value", "blocks.1.fc2"]),
      AdapterGroup(
        type: "lora", options: [("rank", "1"), ("scale", "0.7")], sites: ["blocks.1.value"]),
    ]
    let entries = try groups.flatMap { try $0.entries(on: network.sites, registry, place: "") }
    let adapters = AdapterSet(entries)
    var generator = RandomGenerator(seed: 9)
    for (_, parameter) in adapters.parameters {
      parameter.update(to: generator.uniform(parameter.value.count, in: -0.4..<0.4))
    }
    return AdapterContents(
      backbone: network, adapters: adapters, groups: groups, head: network.pretrainedHead,
      baseModel: "interop/base.safetensors", metadata: ["by": "WrittenForPeersTests"])
  }

  /// A form of a plugin that is not of this package: PEFT's IA3, on parts of the fused map and beside it.
  private func scales(_ network: ViT) throws -> AdapterContents {
    let group = AdapterGroup(
      type: "output-scales", options: [(String, String)](),
      sites: [
        "blocks.0.query", "blocks.0.value", "blocks.1.key", "blocks.1.output", "blocks.1.fc1",
      ])
    let registry = try PluginRegistry.builtIn(adding: [OutputScales.self])
    let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: ""))
    var generator = RandomGenerator(seed: 3)
    for (_, parameter) in adapters.parameters {
      parameter.update(to: generator.uniform(parameter.value.count, in: 0.5..<1.5))
    }
    return AdapterContents(
      backbone: network, adapters: adapters, groups: [group], head: network.pretrainedHead)
  }

  @Test(.enabled(if: folder != nil))
  func writes() throws {
    let place = try #require(Self.folder)
    let peers = try Peers()
    var logits: [TensorRecord] = []
    func write(_ name: String, _ contents: AdapterContents, _ model: Model) throws {
      if ["timm-list", "timm-dora", "timm-regex", "mixture"].contains(name) {
        try AdapterExport.write(contents, to: "\(place)/mlx/\(name)", as: .mlx(.timm))
      }
      for naming in Self.namings {
        let path = "\(place)/\(name)@\(naming.name)"
        try AdapterExport.write(contents, to: path, as: .peft(naming))
        logits.append(
          .float32("\(name)@\(naming.name)", shape: [3, 3], try peers.logits(model)))
      }
    }
    for source in WritingTests.sources {
      let network = try peers.network()
      let loaded = try LoadedAdapter.read(interop(source), for: network, registry: registry)
      var contents = AdapterContents(loaded, on: network)
      contents.head = loaded.head ?? network.pretrainedHead
      try write(source, contents, try loaded.model(on: network))
    }
    for (name, make) in [("mixture", mixture), ("scales", scales)] {
      let network = try peers.network()
      let contents = try make(network)
      let model = Model(
        backbone: network, adapters: contents.adapters, classes: 3,
        generator: RandomGenerator(seed: 0))
      let head = try #require(contents.head)
      model.headWeight.update(to: head.weight)
      model.headBias.update(to: head.bias)
      try write(name, contents, model)
    }
    try SafetensorsWriter.write(logits, metadata: [:], to: "\(place)/small.safetensors")
    #expect(logits.count == 42)
  }

  /// An adapter of every site in each naming of transformers 5, for each class of model that a user has:
  /// with a head, and bare.
  @Test(.enabled(if: folder != nil))
  func writesForEveryClass() throws {
    let place = try #require(Self.folder)
    let (vit, swin) = (try Peers().network(), try NetworkTests().network("swin"))
    var count = 0
    for naming in SiteModules.all
    where naming.name.hasSuffix("-v5") || naming.name.hasPrefix("hf-clip") {
      let network: any Backbone = naming.hasStages ? swin : vit
      let sites = network.sites.filter(\.kind.isLinear).map(\.name)
      let group = AdapterGroup(type: "lora", options: [("rank", "2")], sites: sites)
      let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: ""))
      var generator = RandomGenerator(seed: 4)
      for (_, parameter) in adapters.parameters {
        parameter.update(to: generator.uniform(parameter.value.count, in: -0.4..<0.4))
      }
      let head = (weight: Tensor.zeros([3, network.width]), bias: Tensor.zeros([3]))
      let contents = AdapterContents(
        backbone: network, adapters: adapters, groups: [group], head: head)
      for (variant, name) in [(naming, "head"), (naming.bare, "bare")] {
        try AdapterExport.write(
          contents, to: "\(place)/classes/\(naming.name)@\(name)", as: .peft(variant))
        count += 1
      }
    }
    #expect(count == 14)
  }

  /// The adapters of NetworkTests in the names of their own networks.
  @Test(.enabled(if: folder != nil))
  func writesNetworks() throws {
    let place = try #require(Self.folder)
    let tests = NetworkTests()
    var outputs: [TensorRecord] = []
    for (name, _, _) in NetworkTests.cases where name != "open-clip" {
      let network = try tests.network(name)
      let loaded = try LoadedAdapter.read(
        interop("../interop-networks/\(name)"), for: network, registry: registry)
      let naming = try #require(loaded.naming)
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: "\(place)/\(name)@\(naming.name)",
        as: .peft(naming))
      let values = try tests.output(network, loaded)
      let images = name.contains("swin") ? 2 : 3
      outputs.append(
        .float32("\(name)@\(naming.name)", shape: [images, values.count / images], values))
    }
    try SafetensorsWriter.write(outputs, metadata: [:], to: "\(place)/networks.safetensors")
    #expect(outputs.count == 6)
  }
}
