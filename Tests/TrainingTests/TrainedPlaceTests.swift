import Backbones
import Checkpoints
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Weights of the network that are trained beside an adapter, and sites chosen one by one.
@Suite struct TrainedPlaceTests {
  private let laboratory: Laboratory
  private let registry: PluginRegistry

  init() throws {
    laboratory = try Laboratory()
    registry = try PluginRegistry.builtIn()
  }

  private func recipe(_ adapter: String) throws -> Recipe {
    try laboratory.recipe("epochs: 1\n", adapter: adapter, registry: registry)
  }

  private func experiment(_ adapter: String) throws -> Experiment {
    try Experiment(recipe(adapter))
  }

  private func complaint(_ adapter: String) -> String {
    TestSupport.complaint { try experiment(adapter) }
  }

  private func trained(_ adapter: String) throws -> [String] {
    try experiment(adapter).model.backbone.parameters.map(\.name)
  }

  @Test func trainsBiases() throws {
    #expect(
      try trained("{type: lora, rank: 2, sites: [query, fc1], layers: [1], bias: lora_only}")
        == ["blocks.1.attn.qkv.bias", "blocks.1.mlp.fc1.bias"])
    let all = try trained("{type: lora, rank: 2, bias: all}")
    #expect(all == (try trained("{type: bitfit}")))
    #expect(
      complaint("{type: adaptformer, bias: lora_only}").contains(
        "nothing that is adapted has a bias"))
    #expect(
      complaint("{type: bitfit, bias: lora_only}").contains("nothing that is adapted has a bias"))
  }

  /// Modules by their names or the ends of them; also weights that are of no module.
  @Test func trainsModules() throws {
    #expect(
      try trained("{type: lora, rank: 2, modules_to_save: [norm, pos_embed, head]}")
        == ["pos_embed", "norm.weight", "norm.bias"])
    #expect(
      try trained("{type: linear-probe, modules_to_save: [blocks.1.mlp, 0.norm1]}") == [
        "blocks.0.norm1.weight", "blocks.0.norm1.bias", "blocks.1.mlp.fc1.weight",
        "blocks.1.mlp.fc1.bias", "blocks.1.mlp.fc2.weight", "blocks.1.mlp.fc2.bias",
      ])
    let text = complaint("{type: lora, modules_to_save: [norm3, blocks.9, classifier]}")
    #expect(text.contains("the network has no module 'norm3'"), "\(text)")
    #expect(text.contains("nearest module: norm"), "\(text)")
    #expect(text.contains("the network has no module 'blocks.9'"), "\(text)")
    #expect(text.contains("the head is always trained"), "\(text)")
  }

  /// As in PEFT, a map in a module that is trained whole is not adapted.
  @Test func doesNotAdaptWhatIsTrainedWhole() throws {
    let experiment = try experiment("{type: lora, rank: 2, modules_to_save: [blocks.1]}")
    #expect(
      experiment.model.adapters.entries.map(\.site.name) == ["blocks.0.query", "blocks.0.value"])
    #expect(
      complaint("{type: lora, layers: [1], modules_to_save: [attn.qkv]}")
        .contains("trains every map whole that the adapter is attached to"))
  }

  @Test func choosesSitesByExpression() throws {
    func sites(_ pattern: String) throws -> [String] {
      try experiment("{type: lora, rank: 2, sites: '\(pattern)'}").model.adapters.entries
        .map(\.site.name)
    }
    #expect(
      try sites(#"blocks\.0\.(query|fc.)"#) == ["blocks.0.query", "blocks.0.fc1", "blocks.0.fc2"])
    #expect(try sites(#".*(?<!0\.)value"#) == ["blocks.1.value"])
    #expect(
      try sites(#"blocks\.(?:(0)|\d)\.(?(1)query|value)"#) == [
        "blocks.0.query", "blocks.0.value", "blocks.1.value",
      ])
    let none = complaint("{type: lora, sites: blocks.0.qery}")
    #expect(none.contains("'adapter.sites' is 'blocks.0.qery', which matches no site"), "\(none)")
    #expect(none.contains("nearest site: blocks.0.query"), "\(none)")
    #expect(
      complaint("{type: lora, sites: 'blocks.*mlp'}")
        .contains("matches sites such as 'blocks.0.mlp', to which 'lora' cannot be attached"))
  }

  @Test func givesSingleSitesTheirValues() throws {
    let experiment = try experiment(
      "{type: lora, rank: 3, scale: 1, rank_pattern: {1.query: 1, value: 2}, scale_pattern: {0.value: 7}}"
    )
    let shapes = experiment.model.adapters.entries.map { $0.adapter.parameters[0].value.shape[0] }
    #expect(shapes == [3, 2, 1, 2])
    // Other sites start as they do without a pattern.
    let plain = try self.experiment("{type: lora, rank: 3, scale: 1}")
    #expect(
      experiment.model.adapters.parameters[0].parameter.value.values
        == plain.model.adapters.parameters[0].parameter.value.values)
    #expect(
      complaint("{type: lora, rank_pattern: {key: 2}}")
        .contains("'adapter.rank_pattern' has no effect under 'key'"))
    #expect(
      complaint("{type: vera, rank: 4, rank_pattern: {query: 2}}")
        .contains("'adapter.rank_pattern' cannot be used: the sites of 'vera' share 'vera_A'"))
  }

  /// What is trained of the network is counted, moves, and comes back from the run's folder.
  @Test func trainsSavesAndLoads() throws {
    let adapter =
      "{type: lora, rank: 2, bias: lora_only, modules_to_save: [norm1], rank_pattern: {value: 1}}"
    let trial = try laboratory.run(recipe(adapter))
    let model = trial.experiment.model
    let own = model.backbone.parameters.reduce(0) { $0 + $1.parameter.value.count }
    #expect(own == 2 * (2 * 16 + 3 * 16))
    #expect(trial.summary.adapterParameters == own + 2 * (2 * 32 + 32))
    let fresh = try Experiment(trial.experiment.recipe).model.backbone.parameters
    for ((name, now), (_, was)) in zip(model.backbone.parameters, fresh) {
      #expect(now.value.values != was.value.values, "\(name)")
    }
    #expect(trial.summary.adapterFormat == "peft")
    let again = try trial.folder.experiment(registry: registry)
    #expect(model.snapshot().mapValues(\.values) == again.model.snapshot().mapValues(\.values))
  }
}
