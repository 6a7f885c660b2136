import AOFT
import AdaptFormer
import Bottleneck
import PETL
import PETLPlugins
import PETLTesting
import PoLAR
import Recipes
import Testing
import VeRA

/// Options of our plugins that are made in code come back from the recipe that a run stores.
@Suite("Options made in code, written and read again") struct RoundTripTests {
  /// Options with other values than the defaults, among them those of properties that are not called what
  /// the option is, and of options within options.
  private static let made: [AdapterRecipe] = [
    AdapterRecipe(AdaptFormer.self, options: AdaptFormerOptions { $0.trainsScale = true }),
    AdapterRecipe(
      BottleneckAdapter<HoulsbyVariant>.self,
      options: BottleneckOptions { ($0.settings.size, $0.settings.dropPath) = (.rank(3), 0.25) }),
    AdapterRecipe(
      BottleneckAdapter<PfeifferVariant>.self,
      options: BottleneckOptions { $0.settings.initialization = .lora }),
    AdapterRecipe(
      BottleneckAdapter<AdapterPlusVariant>.self,
      options: BottleneckOptions { $0.settings.size = .reduction(96) }),
    AdapterRecipe(
      PoLAR.self, options: PoLAROptions { ($0.start, $0.theta) = (.identity, .diagonal) }),
    AdapterRecipe(
      StelLA.self, options: StelLAOptions { ($0.form.start, $0.form.rank) = (.zero, 3) }),
    AdapterRecipe(VeRA.self, options: VeRAOptions { $0.start = 1 / 3 }),
    AdapterRecipe(AOFT.self, options: AOFTOptions { ($0.start, $0.lambda) = (.identity, .none) }),
  ]

  @Test(arguments: made.indices)
  func recipes(_ index: Int) throws {
    let recipe = try Recipe(
      backbone: BackboneRecipe(weights: "embedded:vit-micro"), data: .embedded("digits")
    ) { $0.adapter = Self.made[index] }
    let text = yamlText(of: recipe.resolved)
    let again = try Recipe(text: text, name: "recipe.yaml", registry: .builtIn())
    #expect(yamlText(of: again.resolved) == text)
    #expect(again.adapter?.plugin.descriptor.name == Self.made[index].plugin.descriptor.name)
  }

  /// For every option of every plugin.
  @Test func everyOption() throws {
    let registry = try PluginRegistry.builtIn()
    for type in registry.adapters.compactMap(\.adapter) {
      let findings = Self.findings(type)
      #expect(findings == [], "\(type)")
    }
  }

  private static func findings<Plugin: Adapter>(_ type: Plugin.Type) -> [ConformanceFinding] {
    Conformance.roundTripFindings(of: Plugin.Options())
  }
}
