import Answers
import Backbones
import Networks
import PETL
import Recipes

/// What a plugin costs in a training step of one block of ViT-B/16, beside one of ours.
struct PluginCost: Encodable {
  /// A step with a plugin.
  struct Step: Encodable {
    let plugin: String
    let seconds: Double
    /// How much longer than the step without it; nil where there is none without.
    let share: Double?
  }

  /// What all steps have in common.
  let setting: String
  /// The step without the plugin; nil for an adapter.
  let without: Double?
  /// The plugin's step, then ours.
  let steps: [Step]

  /// Images a step, and how many steps of each are measured: our choice.
  private static let (images, count) = (8, 7)

  /// The lines of `petl check`.
  var lines: [String] {
    let plain = without.map { ", \(fixed(1000 * $0, 1)) ms without" } ?? ""
    return ["  a step of \(setting)\(plain)"]
      + steps.map { step in
        let share = step.share.map { " (\($0 < 0 ? "−" : "+")\(fixed(100 * $0.magnitude, 1)) %)" }
        return "    \(step.plugin): \(fixed(1000 * step.seconds, 1)) ms\(share ?? "")"
      }
  }

  /// Measures a plugin.
  ///
  /// - Parameters:
  ///   - plugin: the plugin.
  ///   - options: its own, as `power=4`.
  ///   - registry: has it, and ours.
  /// - Returns: nil for kinds whose cost says little by itself.
  /// - Throws: `DiagnosticError` where it fits no part of the network.
  static func measured(
    _ plugin: PluginRegistry.Known, _ options: [String], _ registry: PluginRegistry
  ) throws -> PluginCost? {
    var sizes = ViTConfiguration.base16
    sizes.depth = 1
    let generator = RandomGenerator(seed: 0)
    let backbone = ViT(frozenRandom: sizes, precision: .single, generator: generator)
    func benchmark(_ adapter: AdapterRecipe?) throws -> StepBenchmark {
      try StepBenchmark(
        backbone: backbone, adapter: adapter, batch: images, work: .step, generator: generator)
    }
    let place = "one block of ViT-B/16 (768 wide, \(images) × \(sizes.tokens) tokens)"
    switch plugin.kind {
    case .regularizer:
      let recipes = try [(plugin.name, options), ("resora", [])].map { name, options in
        try BenchmarkRecipe(
          adapter: "lora", regularizer: name,
          overrides: ["adapter.rank=8"] + options.map { "regularizer.\($0)" }, registry: registry)
      }
      let measured = try benchmark(recipes[0].adapter).measure(
        steps: count, regularizers: recipes.compactMap(\.regularizer))
      return PluginCost(
        setting: "\(place) with LoRA of rank 8", without: measured.seconds,
        steps: zip(recipes, measured.penalized).map { recipe, step in
          Step(
            plugin: recipe.regularizer?.plugin.descriptor.name ?? "", seconds: step.seconds,
            share: step.cost)
        })
    case .adapter:
      let steps = try [(plugin.name, options), ("lora", [])].map { name, options in
        let recipe = try BenchmarkRecipe(
          adapter: name, overrides: options.map { "adapter.\($0)" }, registry: registry)
        let seconds = try benchmark(recipe.adapter).measure(steps: count).seconds
        return Step(plugin: name, seconds: seconds, share: nil)
      }
      return PluginCost(setting: place, without: nil, steps: steps)
    case .weightTuning, .optimizer, .trainingRule, .loss: return nil
    }
  }
}
