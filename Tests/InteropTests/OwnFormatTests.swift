import Backbones
import Checkpoints
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Our own format: read without its run's folder, strictly.
struct OwnFormatTests {
  /// One adapter of each kind of state: factors, shared constants, bound weights, a bottleneck, prompts.
  static let methods: [(String, [(String, String)], [String])] = [
    (
      "lora", [("rank", "3"), ("alpha", "5"), ("rslora", "true")],
      ["blocks.0.query", "blocks.1.fc2"]
    ),
    ("vera", [("rank", "4")], ["blocks.0.value", "blocks.1.value"]),
    ("dora", [("rank", "2")], ["blocks.1.output"]),
    ("adaptformer", [("rank", "4")], ["blocks.0.mlp", "blocks.1.mlp"]),
    ("vpt", [("prompts", "2")], ["blocks.0.tokens"]),
    ("ssf", [], ["blocks.0.fc1"]),
  ]

  /// An adapter of that method with random values, and a head.
  func contents(
    _ network: ViT, _ type: String, _ options: [(String, String)], _ sites: [String]
  ) throws -> AdapterContents {
    let group = AdapterGroup(type: type, options: options, sites: sites)
    let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: "test"))
    network.bind(adapters)
    var generator = RandomGenerator(seed: 5)
    for (_, parameter) in adapters.parameters + adapters.constants {
      let noise = generator.uniform(parameter.value.count, in: -0.3..<0.3)
      parameter.update(to: zip(parameter.value.values, noise).map { $0 + $1 })
    }
    let head = Tensor(generator.uniform(32, in: -1..<1), shape: [2, 16])
    return AdapterContents(
      backbone: network, adapters: adapters, groups: [group], head: (head, .ones([2])),
      baseModel: "base", metadata: ["recipe": "name: x", "by": "test"])
  }

  @Test(arguments: methods)
  func readsWhatItWrote(
    _ type: String, _ options: [(String, String)], _ sites: [String]
  ) throws {
    let peers = try Peers()
    let network = try peers.network()
    var contents = try contents(network, type, options, sites)
    let model = Model(
      backbone: network, adapters: contents.adapters, classes: 2,
      generator: RandomGenerator(seed: 0))
    model.headWeight.update(to: contents.head?.weight ?? .zeros([2, 16]))
    model.headBias.update(to: [1, 1])
    contents.metadata[AdapterProbe.key] = try AdapterProbe(of: model).text
    try withScratchFolder { folder in
      try AdapterExport.write(contents, to: folder, as: .petl)
      // Another network: nothing of the first adapter is left in it.
      let again = try peers.network()
      for path in [folder, "\(folder)/adapter.safetensors"] {
        let loaded = try LoadedAdapter.read(path, for: again, registry: registry)
        #expect(loaded.methods == [type])
        #expect(loaded.groups.map(\.sites) == [sites])
        #expect(loaded.recipe == "name: x")
        #expect(loaded.baseModel == "base")
        #expect(loaded.metadata["by"] == "test")
        let found = try loaded.model(on: again)
        #expect(try peers.logits(found) == peers.logits(model))
        let probe = try #require(try AdapterProbe(metadata: loaded.metadata, file: path))
        #expect(try probe.verify(found) == 0)
      }
    }
  }

  /// Weights of the backbone that were trained come back into a network that has them trained.
  @Test func carriesWeightsOfTheBackbone() throws {
    let peers = try Peers()
    let trains = { @Sendable (weight: BackboneWeight) in weight.name.hasSuffix("norm1.bias") }
    let network = try peers.network(training: trains)
    #expect(network.parameters.count == 2)
    for (_, parameter) in network.parameters {
      parameter.update(to: parameter.value.values.map { $0 + 0.5 })
    }
    let group = AdapterGroup(type: "bitfit", options: [(String, String)](), sites: [])
    let contents = AdapterContents(
      backbone: network, adapters: .none, groups: [group], head: network.pretrainedHead)
    #expect(
      AdapterExport.objection(to: contents, as: .peft(.timm))?.contains("only a part is trained")
        == true)
    try withScratchFolder { folder in
      try AdapterExport.write(contents, to: folder, as: .petl)
      let names = try AdapterFile.backboneWeights(folder, registry: registry)
      #expect(names == ["blocks.0.norm1.bias", "blocks.1.norm1.bias"])
      let again = try peers.network { names.contains($0.name) }
      let loaded = try LoadedAdapter.read(folder, for: again, registry: registry)
      #expect(loaded.backboneWeights.count == 2)
      #expect(loaded.adapters.entries.isEmpty)
      let model = Model(
        backbone: network, adapters: .none, classes: 3, generator: RandomGenerator(seed: 0))
      let head = try #require(network.pretrainedHead)
      model.headWeight.update(to: head.weight)
      model.headBias.update(to: head.bias)
      #expect(try peers.logits(loaded.model(on: again)) == peers.logits(model))
      let frozen = try peers.network()
      expectComplaint("'blocks.0.norm1.bias' is a weight of the backbone that was trained") {
        try LoadedAdapter.read(folder, for: frozen, registry: registry)
      }
    }
  }

  @Test func isStrict() throws {
    let network = try Peers().network()
    let contents = try contents(network, "lora", [("rank", "2")], ["blocks.0.query"])
    try withScratchFolder { folder in
      try AdapterExport.write(contents, to: folder, as: .petl)
      let path = "\(folder)/adapter.safetensors"
      let good = try SafetensorsFile(path: path)
      let records = try good.entries.map {
        TensorRecord.float32($0.name, shape: $0.shape, try good.floats($0.name))
      }
      func complaints(
        _ change: (inout [TensorRecord], inout [String: String]) -> Void
      ) throws -> String {
        var (tensors, metadata) = (records, good.metadata)
        change(&tensors, &metadata)
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        return complaint { try LoadedAdapter.read(path, for: network, registry: registry) }
      }
      let missing = try complaints { tensors, _ in
        tensors.removeAll { $0.name.hasSuffix("lora_A") }
        tensors.append(.float32("blocks.0.query.lora_C", shape: [1], [0]))
      }
      #expect(missing.contains("'blocks.0.query.lora_A' is missing"))
      #expect(missing.contains("'blocks.0.query.lora_C' is unexpected"))
      #expect(missing.contains("expected [2, 16]"))
      let head = try complaints { tensors, _ in tensors.removeAll { $0.name == "head.bias" } }
      #expect(head.contains("'head.bias' missing"))
      let version = try complaints { $1["version"] = "2" }
      #expect(version.contains("version 2 of the format, this petl reads 1"))
      let made = try complaints { $1["adapter"] = nil }
      #expect(made.contains("there is no metadata `adapter`, which says what the adapters are"))
      let format = try complaints { $1["format"] = "petlkit-checkpoint" }
      #expect(format.contains("the checkpoint of a run"))
      let other = try complaints { $1["format"] = nil }
      #expect(other.contains("not an adapter of petl"))
      func adapter(_ yaml: String) throws -> String { try complaints { $1["adapter"] = yaml } }
      #expect(try adapter("a: 1").contains("a list of adapters is expected"))
      #expect(try adapter("- type: lorra").contains("did you mean 'lora'?"))
      let site = try adapter("- {type: lora, sites: [blocks.7.query]}")
      #expect(site.contains("'blocks.7.query', which this network does not have"))
      #expect(site.contains("nearest known: blocks.0.query"))
      let option = try adapter("- {type: lora, sites: [blocks.0.query], options: {rnk: 2}}")
      #expect(option.contains("unknown key 'rnk'"))
      #expect(option.contains("'rank'"))
      let kind = try adapter("- {type: lora, sites: [blocks.0.tokens]}")
      #expect(kind.contains("'lora' cannot be attached to blocks.0.tokens"))
      let twice = try adapter(
        "[{type: lora, sites: [blocks.0.query]}, {type: dora, sites: [blocks.0.query]}]")
      #expect(twice.contains("two adapters are attached to blocks.0.query"))
    }
  }
}
