import Backbones
import Checkpoints
import PETL
import TestSupport
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// What was read is written in every format that holds it, and read back.
struct WritingTests {
  static let sources = [
    "timm-list", "timm-regex", "timm-all-linear", "timm-dora", "timm-vera", "timm-vera-fused",
    "timm-adalora",
    "vit-qv", "vit-dora", "vit-vera", "vit-legacy-dense", "mlx-dora",
  ]
  static let formats: [(String, AdapterExport.Format)] = [
    ("petl", .petl), ("timm", .peft(.timm)), ("hf-vit-v5", .peft(.vitV5)),
    ("hf-vit", .peft(.vit)), ("hf-clip", .peft(.clip)),
    ("hf-clip-bare", .peft(SiteModules.clip.bare)), ("mlx", .mlx(.timm)),
    ("mlx-hf", .mlx(.vit)),
  ]

  @Test(arguments: sources)
  func keepsTheFunction(_ source: String) throws {
    let peers = try Peers()
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(interop(source), for: network, registry: registry)
    let contents = AdapterContents(loaded, on: network)
    try withScratchFolder { folder in
      for (name, format) in Self.formats {
        let path = "\(folder)/\(name)"
        try AdapterExport.write(contents, to: path, as: format)
        let again = try LoadedAdapter.read(path, for: network, registry: registry)
        #expect(again.warnings.isEmpty)
        // CLIP's own head is on other features and is left out.
        let head = try #require(again.head ?? loaded.head ?? network.pretrainedHead)
        let model = Model(backbone: network, adapters: again.adapters, head: head)
        let difference = try peers.difference(model, source)
        #expect(difference < 1e-4, "\(source) as \(name): \(difference)")
      }
    }
  }

  /// Written in the naming that it came in, a folder has the same numbers and settings, bit for bit.
  @Test(arguments: [
    ("timm-list", SiteModules.timm), ("timm-regex", .timm), ("timm-layers", .timm),
    ("vit-qv", .vitV5), ("vit-legacy-qv", .vit), ("vit-legacy-dense", .vit),
    ("timm-dora", .timm), ("vit-dora", .vitV5),
  ])
  func keepsEveryBit(_ source: String, _ naming: SiteModules) throws {
    let network = try Peers().network()
    let loaded = try LoadedAdapter.read(interop(source), for: network, registry: registry)
    try withScratchFolder { folder in
      try AdapterExport.write(
        AdapterContents(loaded, on: network), to: folder, as: .peft(naming))
      let (was, now) = (
        try PEFTAdapterFolder.read(interop(source)), try PEFTAdapterFolder.read(folder)
      )
      #expect(now.modules.map(\.module) == was.modules.map(\.module))
      for (a, b) in zip(was.modules, now.modules) {
        #expect(a.a == b.a, "\(a.module)")
        #expect(a.b == b.b, "\(a.module)")
        #expect(a.magnitude == b.magnitude, "\(a.module)")
        let (first, second) = (a.scaling(rslora: was.rslora), b.scaling(rslora: now.rslora))
        #expect(abs(a.alpha - b.alpha) <= 1e-9, "\(a.module)")
        #expect(abs(first - second) <= 1e-7 * first, "\(a.module)")
      }
      #expect(now.rslora == was.rslora)
      #expect(now.fullTensors == was.fullTensors)
      #expect(now.dropout == was.dropout)
    }
  }

  @Test func keepsVeRA() throws {
    let network = try Peers().network()
    let loaded = try LoadedAdapter.read(interop("vit-vera"), for: network, registry: registry)
    try withScratchFolder { folder in
      try AdapterExport.write(AdapterContents(loaded, on: network), to: folder, as: .peft(.vitV5))
      let methods = registry.peftMethods
      guard case .form(let was) = try PEFTAdapter.read(interop("vit-vera"), methods: methods),
        case .form(let now) = try PEFTAdapter.read(folder, methods: methods)
      else {
        Issue.record("not a VeRA folder")
        return
      }
      #expect(was.form.type == "VERA")
      #expect(was.shared.mapValues(\.values) == now.shared.mapValues(\.values))
      #expect(was.maps.map(\.module) == now.maps.map(\.module))
      #expect(
        was.maps.map { $0.tensors.mapValues(\.values) }
          == now.maps.map { $0.tensors.mapValues(\.values) })
      #expect(was.fullTensors == now.fullTensors)
      #expect(was.settings == now.settings)
    }
  }

  /// Adapters that no such format holds are refused with the reason, and nothing is written.
  @Test(arguments: [
    ("adaptformer", "blocks.0.mlp", "changes single linear maps"),
    ("arc", "blocks.0.attention", "changes single linear maps"),
    ("ssf", "blocks.0.query", "does something else"),
  ])
  func refusesWhatIsNotLinear(_ type: String, _ site: String, _ words: String) throws {
    let network = try Peers().network()
    let options = type == "ssf" ? [] : [("rank", "4")]
    let group = AdapterGroup(type: type, options: options, sites: [site])
    let entries = try group.entries(on: network.sites, registry, place: "test")
    let contents = AdapterContents(
      backbone: network, adapters: AdapterSet(entries), groups: [group])
    try withScratchFolder { folder in
      for format in [AdapterExport.Format.peft(.timm), .peft(.vitV5), .mlx(.timm)] {
        let text = complaint {
          try AdapterExport.write(contents, to: "\(folder)/a", as: format)
        }
        #expect(text.contains(words), "\(text)")
        #expect(text.contains("'\(type)' at '\(site)'"), "\(text)")
        #expect(text.contains("our own format"))
      }
      expectComplaint("there is no adapter in this folder") {
        try LoadedAdapter.read(folder, for: network, registry: registry)
      }
      try AdapterExport.write(contents, to: "\(folder)/a", as: .petl)
      let again = try LoadedAdapter.read("\(folder)/a", for: network, registry: registry)
      #expect(again.methods == [type])
      #expect(again.format == .petl)
    }
  }

  @Test func refusesMixtures() throws {
    let network = try Peers().network()
    let groups = [
      AdapterGroup(type: "lora", options: [("rank", "2")], sites: ["blocks.0.query"]),
      AdapterGroup(type: "dora", options: [("rank", "2")], sites: ["blocks.1.query"]),
    ]
    let entries = try groups.flatMap { try $0.entries(on: network.sites, registry, place: "") }
    let adapters = AdapterSet(entries)
    network.bind(adapters)
    let contents = AdapterContents(backbone: network, adapters: adapters, groups: groups)
    let mixed = AdapterExport.objection(to: contents, as: .peft(.timm))
    #expect(mixed?.contains("all maps of a folder LoRAs or all DoRAs") == true)
    #expect(AdapterExport.objection(to: contents, as: .petl) == nil)
    let staged = AdapterExport.objection(to: contents, as: .peft(.swin))
    #expect(staged?.contains("another kind of network") == true)
    let none = AdapterContents(backbone: network, adapters: .none, groups: [])
    let empty = AdapterExport.objection(to: none, as: .peft(.timm))
    #expect(empty?.contains("there is none") == true)
  }

  /// One folder over both towers of CLIP comes apart into what it was made of.
  @Test func holdsTwoTowers() throws {
    let network = try Peers().network()
    let sources = ["vit-qv", "timm-exclude"]
    let loaded = try sources.map {
      try LoadedAdapter.read(interop($0), for: network, registry: registry)
    }
    let namings = [SiteModules.clip, .clipText]
    try withScratchFolder { folder in
      try AdapterExport.write(
        towers: zip(loaded, namings).map { (AdapterContents($0, on: network), $1) }, to: folder)
      for (naming, source) in zip(namings, loaded) {
        let again = try LoadedAdapter.read(
          folder, for: network, registry: registry, tower: naming)
        #expect(again.naming == naming)
        #expect(again.head == nil)
        let (was, now) = (source.adapters.parameters, again.adapters.parameters)
        #expect(was.map(\.name) == now.map(\.name))
        #expect(was.map(\.parameter.value.values) == now.map(\.parameter.value.values))
      }
      expectComplaint("most here are of 'hf-clip") {
        try LoadedAdapter.read(folder, for: network, registry: registry)
      }
      expectComplaint("is of no tower that is known") {
        try LoadedAdapter.read(
          interop("vit-qv"), for: network, registry: registry, tower: .clip)
      }
      try AdapterExport.write(
        AdapterContents(loaded[0], on: network), to: "\(folder)/one", as: .peft(.clipText))
      expectComplaint("no module of it is in the tower 'hf-clip'") {
        try LoadedAdapter.read(
          "\(folder)/one", for: network, registry: registry, tower: .clip)
      }
    }
  }
}
