import Backbones
import Checkpoints
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// What Tests/Interop/make_fixtures_lowrank.py made.
struct LowRankPeers {
  let peers: Peers
  let expected: SafetensorsFile

  init() throws {
    peers = try Peers()
    expected = try SafetensorsFile(path: Self.path("expected.safetensors"))
  }

  static func path(_ name: String) -> String { fixture("interop-lowrank/\(name)") }

  /// The largest difference of a model's logits from those that PEFT computed.
  func difference(_ model: Model, _ name: String) throws -> Float {
    distance(try peers.logits(model), try expected.floats("\(name).logits"))
  }

  func read(_ name: String, for network: ViT) throws -> LoadedAdapter {
    try LoadedAdapter.read(Self.path(name), for: network, registry: registry)
  }
}

/// Folders of PEFT's low-rank methods compute here what they compute there, and come back.
struct LowRankFolderTests {
  /// Folder, method, and number of adapted sites; a fused map is a LoRA where its tensors do not come apart.
  static let folders: [(String, String, Int)] = [
    ("timm-loha", "loha", 10), ("vit-loha", "loha", 6),
    ("timm-lokr", "lora", 8), ("timm-lokr-both", "lokr", 4), ("vit-lokr", "lokr", 6),
    ("timm-delora", "lora", 8), ("vit-delora", "delora", 6),
    ("timm-randlora", "lora", 8), ("vit-randlora", "randlora", 6),
    ("timm-miss", "miss", 8), ("vit-miss", "miss", 6),
    ("timm-gralora", "lora", 8), ("vit-gralora", "gralora", 6),
    ("timm-vblora", "lora", 8), ("vit-vblora", "vb-lora", 6), ("vit-pissa", "lora", 6),
  ]

  @Test(arguments: folders)
  func givesTheSameLogits(_ name: String, _ method: String, _ sites: Int) throws {
    let peers = try LowRankPeers()
    let network = try peers.peers.network()
    let loaded = try peers.read(name, for: network)
    #expect(Set(loaded.methods) == [method])
    #expect(loaded.adapters.entries.count == sites)
    #expect(loaded.warnings.isEmpty)
    let difference = try peers.difference(try loaded.model(on: network), name)
    #expect(difference < 1e-4, "\(difference)")
    let plain = Model(
      backbone: network, adapters: .none,
      head: try #require(loaded.head ?? network.pretrainedHead))
    #expect(try peers.difference(plain, name) > 0.01)
  }

  /// Written in every naming, whether as its own method or as a LoRA, it gives the same.
  @Test(arguments: folders)
  func keepsTheFunction(_ name: String, _ method: String, _ sites: Int) throws {
    let peers = try LowRankPeers()
    let network = try peers.peers.network()
    let loaded = try peers.read(name, for: network)
    let contents = AdapterContents(loaded, on: network)
    try withScratchFolder { folder in
      for (place, format) in WritingTests.formats {
        let path = "\(folder)/\(place)"
        try AdapterExport.write(contents, to: path, as: format)
        let again = try LoadedAdapter.read(path, for: network, registry: registry)
        #expect(again.warnings.isEmpty)
        let head = try #require(again.head ?? loaded.head ?? network.pretrainedHead)
        let model = Model(backbone: network, adapters: again.adapters, head: head)
        let difference = try peers.difference(model, name)
        #expect(difference < 1e-4, "\(name) as \(place): \(difference)")
      }
    }
  }

  /// Written in the naming that it came in, a folder has the same tensors, bit for bit, and settings.
  @Test(arguments: [
    ("timm-loha", SiteModules.timm), ("vit-loha", .vitV5), ("timm-lokr-both", .timm),
    ("vit-lokr", .vitV5), ("vit-delora", .vitV5), ("vit-randlora", .vitV5), ("timm-miss", .timm),
    ("vit-miss", .vitV5), ("vit-gralora", .vitV5), ("vit-vblora", .vitV5),
  ])
  func keepsEveryBit(_ name: String, _ naming: SiteModules) throws {
    let network = try Peers().network()
    let loaded = try LowRankPeers().read(name, for: network)
    try withScratchFolder { folder in
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: folder, as: .peft(naming))
      let was = try SafetensorsFile(
        path: LowRankPeers.path("\(name)/adapter_model.safetensors"))
      let now = try SafetensorsFile(path: "\(folder)/adapter_model.safetensors")
      #expect(Set(was.entries.map(\.name)) == Set(now.entries.map(\.name)))
      for entry in was.entries {
        #expect(try was.floats(entry.name) == now.floats(entry.name), "\(entry.name)")
      }
      let methods = registry.peftMethods
      guard
        case .form(let first) = try PEFTAdapter.read(LowRankPeers.path(name), methods: methods),
        case .form(let second) = try PEFTAdapter.read(folder, methods: methods)
      else {
        Issue.record("not a folder of a form")
        return
      }
      for map in first.maps {
        let other = try #require(second.maps.first { $0.module == map.module })
        #expect(first.settings(of: map) == second.settings(of: other), "\(map.module)")
      }
    }
  }

  @Test func refusesWhatIsNotHere() throws {
    let network = try Peers().network()
    expectComplaint("`init_weights` is `bat`, which is not supported") {
      try LowRankPeers().read("vit-miss-bat", for: network)
    }
  }

  /// PEFT writes RandLoRA's projections once more for each map; which of them counts there depends on their order.
  @Test func refusesCopiesThatDiffer() throws {
    let network = try Peers().network()
    let copy = "base_model.model.blocks.0.mlp.fc1.randlora_B"
    try withScratchFolder { folder in
      try OptionFolders.edited(
        "../interop-lowrank/timm-randlora", in: folder, keeping: { $0 != copy },
        adding: [.float32(copy, shape: [48, 4, 5], [Float](repeating: 0, count: 960))])
      expectComplaint("`\(copy)` differs from `base_model.randlora_B`, of which it is a copy") {
        try LoadedAdapter.read(folder, for: network, registry: registry)
      }
    }
  }

  /// A PiSSA of ours leaves as the LoRA that PEFT converts its own to.
  @Test func writesPiSSAAsPEFTConvertsIt() throws {
    let peers = try LowRankPeers()
    let network = try peers.peers.network()
    let places = ["query", "value", "fc1"].flatMap { kind in [0, 1].map { "blocks.\($0).\(kind)" } }
    let group = AdapterGroup(
      type: "lora", options: [("rank", "2"), ("alpha", "3"), ("start", "pissa")], sites: places)
    let adapters = AdapterSet(try group.entries(on: network.sites, registry, place: ""))
    network.bind(adapters)
    for entry in adapters.entries {
      let path = SiteModules.Place(map: .site(entry.site.kind), layer: entry.site.layer)
      let module = "base_model.model.\(try #require(SiteModules.vitV5.path(of: path)))"
      func tensor(_ moment: String, _ factor: String) throws -> Tensor {
        let name = "vit-pissa.\(moment).\(module).\(factor).weight"
        let shape = try #require(peers.expected.entry(name)).shape
        let value = Tensor(try peers.expected.floats(name), shape: shape)
        return factor == "lora_B" ? value.transposed() : value
      }
      let own = Dictionary(uniqueKeysWithValues: entry.adapter.parameters.map { ($0.name, $0) })
      // Our start is PEFT's up to the signs of singular vectors.
      let ours = try #require(own["lora_B0"]).value.matmul(
        try #require(own["lora_A0"]).value, transposingSelf: true)
      let theirs = try tensor("start", "lora_B").matmul(
        tensor("start", "lora_A"), transposingSelf: true)
      #expect(distance(ours.values, theirs.values) < 1e-5)
      for (name, moment, factor) in [
        ("lora_A", "end", "lora_A"), ("lora_B", "end", "lora_B"), ("lora_A0", "start", "lora_A"),
        ("lora_B0", "start", "lora_B"),
      ] {
        try #require(own[name]).update(to: tensor(moment, factor))
      }
    }
    let contents = AdapterContents(
      backbone: network, adapters: adapters, groups: [group], head: network.pretrainedHead)
    try withScratchFolder { folder in
      try AdapterExport.write(contents, to: folder, as: .peft(.vitV5))
      let (was, now) = (
        try PEFTAdapterFolder.read(LowRankPeers.path("vit-pissa")),
        try PEFTAdapterFolder.read(folder)
      )
      #expect(now.modules.count == 6)
      for (a, b) in zip(was.modules, now.modules) {
        #expect(a.module == b.module)
        #expect(b.rank == 4)
        #expect(a.a == b.a)
        // The scale may stand in alpha or in B.
        let (first, second) = (Float(a.scaling(rslora: false)), Float(b.scaling(rslora: false)))
        let (x, y) = (a.b.map { $0 * first }, b.b.map { $0 * second })
        #expect(distance(x, y) < 1e-6)
      }
      let again = try LoadedAdapter.read(folder, for: network, registry: registry)
      #expect(try peers.difference(try again.model(on: network), "vit-pissa") < 1e-4)
    }
  }
}
