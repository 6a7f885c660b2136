import AdapterFiles
import Backbones
import Checkpoints
import Foundation
import OutputScales
import PETL
import PETLPlugins
import PETLTesting
import Testing

@Test func keepsTheLaws() {
  let findings = Conformance.checkEverywhere(
    adapter: OutputScales.self, options: NoOptions(), startsAtRandom: false)
  #expect(findings == [:])
}

/// An adapter that PETLKit does not know is saved as a PEFT folder and read back, over timm's fused map and
/// over maps of their own.
@Test(arguments: [SiteModules.timm, .vitV5])
func returnsFromAPEFTFolder(_ naming: SiteModules) throws {
  let registry = try PluginRegistry.builtIn(adding: [OutputScales.self])
  let network = ViT(
    frozenRandom: ViTConfiguration(
      imageSize: 8, patchSize: 4, width: 16, depth: 2, heads: 2, mlpWidth: 32),
    generator: RandomGenerator(seed: 1))
  let kinds = OutputScales.defaultSites(with: NoOptions())
  let sites = network.sites.filter { kinds.contains($0.kind) }
  let adapters = AdapterSet(
    try OutputScales.attach(
      to: sites, options: NoOptions(), generator: RandomGenerator(seed: 2)))
  var generator = RandomGenerator(seed: 3)
  for (_, parameter) in adapters.parameters {
    parameter.update(to: generator.uniform(parameter.value.count, in: 0.5..<1.5))
  }
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try AdapterExport.write(
    AdapterContents(backbone: network, adapters: adapters, groups: []), to: folder,
    as: .peft(naming))

  let loaded = try LoadedAdapter.read(folder, for: network, registry: registry)
  #expect(loaded.format == .peft)
  #expect(loaded.naming == naming)
  #expect(loaded.methods == ["output-scales"])
  #expect(loaded.warnings.isEmpty)
  let (was, now) = (adapters.parameters, loaded.adapters.parameters)
  #expect(now.map(\.name) == was.map(\.name))
  #expect(now.map(\.parameter.value.values) == was.map(\.parameter.value.values))
}
