import Foundation
import PETL
import PETLPlugins
import Recipes
import TestSupport
import Testing

/// Words of PEFT, transformers and timm in a recipe.
@Suite struct ForeignNameTests {
  /// Each is answered by an option that there is.
  @Test func leadSomewhere() throws {
    let registry = try PluginRegistry.builtIn()
    var known = Set(Recipe.descriptors(registry).map(\.name))
    for plugin in registry.adapters { known.formUnion(plugin.options.map { "adapter.\($0.name)" }) }
    for plugin in registry.optimizers {
      known.formUnion(plugin.options.map { "optimizer.\($0.name)" })
    }
    for plugin in registry.losses { known.formUnion(plugin.options.map { "loss.\($0.name)" }) }
    for (name, meaning) in ForeignName.keys {
      guard case .called(let path) = meaning else { continue }
      #expect(known.contains(path), "\(name) is said to be \(path)")
      #expect(path != name)
    }
    let kinds = Set(AdaptationSite.Kind.allCases.map(\.rawValue))
    for sites in ForeignName.sites.keys {
      for site in sites.components(separatedBy: ", ") { #expect(kinds.contains(site)) }
    }
  }

  @Test func areExplained() throws {
    let bench = try Bench()
    try bench.writeExperiment(
      """
      optimizer: {lr: 1e-3, eps: 1e-8}
      lr: 0.1
      num_epochs: 3
      mixup: 0.2
      hflip: 0.5
      model_ema: true

      """)
    let found = try bench.petl([
      "validate", "r.yaml", "--set",
      "adapter={type: lora, r: 4, lora_alpha: 8, lora_dropout: 0.1, target_modules: [q_proj]}",
    ])
    #expect(found.code == 2)
    for hint in [
      "here it is called 'rank'", "here it is called 'alpha'", "here it is called 'dropout'",
      "here it is called 'sites'", "here it is called 'learning_rate'",
      "here it is called 'epsilon'",
      "here it is 'learning_rate' under 'optimizer'", "here it is called 'epochs'",
      "'mixup' belongs under 'data.augmentation'",
      "here it is 'flip' under 'data.augmentation'",
      "there is none here: 'rules: [{type: ema}]' measures and keeps the moving average",
    ] {
      #expect(found.complaints.contains(hint), "\(hint): \(found)")
    }
    // Prompts have no rank.
    let prompts = try bench.petl(["validate", "r.yaml", "--set", "adapter={type: vpt, r: 4}"])
    #expect(prompts.complaints.contains("unknown key 'r' in 'adapter'"), "\(prompts)")
    #expect(!prompts.complaints.contains("called 'rank'"), "\(prompts)")
    let sites = try bench.petl([
      "validate", "r.yaml", "--set", "adapter={type: lora, sites: [q_proj, qkv, quer]}",
    ])
    #expect(sites.complaints.contains("'q_proj' is query here"), "\(sites)")
    #expect(sites.complaints.contains("'qkv' is query, key, value here"), "\(sites)")
    #expect(sites.complaints.contains("did you mean 'query'?"), "\(sites)")
  }

  /// Not only of prompts: a gate is a site of some language models alone.
  @Test func sitesThatThereAre() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    let found = try bench.petl([
      "validate", "r.yaml", "--set", "adapter={type: lora, sites: [gate]}",
    ])
    #expect(found.complaints.contains("the network has no site 'gate'"), "\(found)")
    #expect(found.complaints.contains("it has query, key, value, output, fc1, fc2,"), "\(found)")
  }
}
