import Backbones
import Checkpoints
import PETL
import Testing

@testable import AdapterFiles
@testable import Networks
@testable import Training

/// Folders that PEFT wrote compute here what they compute there.
struct ReadingTests {
  /// Folder, naming, method and number of adapted sites.
  static let folders: [(String, String, String, Int)] = [
    ("timm-list", "timm", "lora", 10), ("timm-regex", "timm", "lora", 7),
    ("timm-all-linear", "timm", "lora", 12), ("timm-layers", "timm", "lora", 4),
    ("timm-exclude", "timm", "lora", 4), ("timm-dora", "timm", "dora", 8),
    ("timm-vera", "timm", "vera", 6), ("timm-vera-fused", "timm", "lora", 8),
    ("timm-adalora", "timm", "adalora", 6),
    ("vit-qv", "hf-vit-v5", "lora", 4), ("vit-dora", "hf-vit-v5", "dora", 6),
    ("vit-vera", "hf-vit-v5", "vera", 4), ("vit-legacy-qv", "hf-vit", "lora", 4),
    ("vit-legacy-dense", "hf-vit", "lora", 6), ("mlx-lora", "timm", "lora", 10),
    ("mlx-dora", "timm", "dora", 8),
  ]

  @Test(arguments: folders)
  func givesTheSameLogits(_ name: String, _ naming: String, _ method: String, _ sites: Int) throws {
    let peers = try Peers()
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(interop(name), for: network, registry: registry)
    #expect(loaded.format == (name.hasPrefix("mlx") ? .mlx : .peft))
    #expect(loaded.naming?.name == naming)
    #expect(loaded.methods == [method])
    #expect(loaded.adapters.entries.count == sites)
    #expect(loaded.warnings.isEmpty)
    let difference = try peers.difference(try loaded.model(on: network), name)
    #expect(difference < 1e-4, "\(difference)")
    // The adapter does something.
    let plain = Model(
      backbone: network, adapters: .none, classes: 3, generator: RandomGenerator(seed: 0))
    let head = try #require(loaded.head ?? network.pretrainedHead)
    plain.headWeight.update(to: head.weight)
    plain.headBias.update(to: head.bias)
    #expect(try peers.difference(plain, name) > 0.01)
  }

  /// CLIP's modules change as PEFT merges them.
  @Test func readsCLIP() throws {
    let peers = try Peers()
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(interop("clip-mixed"), for: network, registry: registry)
    let naming = try #require(loaded.naming)
    #expect(naming.name == "hf-clip")
    #expect(naming.root.isEmpty)
    #expect(loaded.adapters.entries.count == 8)
    for entry in loaded.adapters.entries {
      let place = SiteModules.Place(map: .site(entry.site.kind), layer: entry.site.layer)
      let module = try #require(naming.path(of: place))
      let merged = try peers.expected.floats("clip-mixed.\(module).weight")
      let weight = try #require(network.map(at: entry.site)?.weight)
      let change = try #require(entry.adapter.mergedDelta())
      let found = noGradient { (weight + change).values }
      let worst = zip(merged, found).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-5, "\(module): \(worst)")
    }
  }

  /// The factors are the adapter's own, so that gauges and redundancy work on what was loaded.
  @Test func leavesFactorsToWorkOn() throws {
    let peers = try Peers()
    let network = try peers.network()
    let loaded = try LoadedAdapter.read(interop("timm-regex"), for: network, registry: registry)
    #expect(loaded.adapters.canBeGauged)
    #expect(loaded.groups.count > 1)
    let ranks = loaded.adapters.entries.compactMap {
      ($0.adapter as? any SubspaceDecomposable)?.linearFactors()?.basis.shape[0]
    }
    #expect(Set(ranks) == [2, 4, 5])
  }

  @Test func acceptsTheFilesOfAFolder() throws {
    let network = try Peers().network()
    for file in ["vit-qv/adapter_model.safetensors", "vit-qv/adapter_config.json"] {
      let loaded = try LoadedAdapter.read(interop(file), for: network, registry: registry)
      #expect(loaded.format == .peft)
      #expect(loaded.path == interop("vit-qv"))
    }
    let mlx = try LoadedAdapter.read(
      interop("mlx-lora/adapters.safetensors"), for: network, registry: registry)
    #expect(mlx.format == .mlx)
  }
}
