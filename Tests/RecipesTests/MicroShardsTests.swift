import PETL
import Recipes
import TestSupport
import Testing

@Suite struct MicroShardsTests {
  private let text = """
    backbone: {weights: w.safetensors}
    data: {type: folder, path: p}
    epochs: 1

    """

  /// What several processes are given by default stands in the recipe that is stored, and decides.
  @Test func recorded() throws {
    var recipe = try Recipe(text: text, registry: plugins)
    let before = recipe.decisions(throughStage: 0, regularized: true)
    #expect(!before.contains("micro_shards"))
    recipe.record(microShards: 4)
    let written = recipe.decisions(throughStage: 0, regularized: true)
    #expect(written.contains("\nmicro_shards: 4\n"))
    let read = try Recipe(text: text, overrides: ["micro_shards=4"], registry: plugins)
    #expect(read.decisions(throughStage: 0, regularized: true) == written)
    recipe.record(microShards: 8)
    #expect(recipe.microShards == 8)
    #expect(!recipe.decisions(throughStage: 0, regularized: true).contains("shards: 4"))
  }

  @Test(arguments: ["0", "4097", "2.5", "two"]) func mistakes(value: String) {
    let found = complaint {
      try Recipe(text: text, overrides: ["micro_shards=\(value)"], registry: plugins)
    }
    #expect(found.contains("micro_shards"), "\(found)")
  }
}
