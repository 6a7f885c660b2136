import Optimization
import PETL
import Recipes
import Testing

/// The plugins of this file, for recipes that are read back.
private func registry() throws -> PluginRegistry {
  try PluginRegistry(
    adapters: [KnobAdapter.self], regularizers: [KnobPenalty.self, RenamedPenalty.self])
}

private func readBack(_ recipe: Recipe) throws -> Recipe {
  try Recipe(text: yamlText(of: recipe.resolved), name: "r.yaml", registry: registry())
}

/// A recipe with everything that a test does not care about.
private func made(
  adapter: AdapterRecipe? = AdapterRecipe(KnobAdapter.self, options: KnobOptions()),
  _ regularizers: [RegularizerRecipe], stages: [StageRecipe] = []
) throws -> Recipe {
  try Recipe(
    backbone: BackboneRecipe(weights: "w.safetensors"), data: .embedded("digits"),
    adapter: adapter, regularizers: regularizers, stages: stages)
}

/// Every setting but the plugins', in words.
private func settings(_ recipe: Recipe) -> [String] {
  var (backbone, data) = (recipe.backbone, recipe.data)
  (backbone.span, backbone.imageSpan, data.span) = (nil, nil, nil)
  return [
    "\(recipe.name) \(recipe.seed)", "\(String(describing: recipe.threads))", "\(backbone)",
    "\(data)", "\(recipe.optimizer)", "\(recipe.schedule)",
    "\(String(describing: recipe.regauge))",
    "\(recipe.batchSize) \(recipe.dropLast) \(recipe.activationCache)",
    "\(recipe.stages)", "\(recipe.selection) \(recipe.hasControl)",
  ]
}

@Suite("Recipes made in code") struct MadeRecipeTests {
  @Test func sameDefaultsAsFiles() throws {
    let file = try recipe("backbone: {weights: w.safetensors}\ndata: {name: digits}\n")
    let code = try Recipe(
      backbone: BackboneRecipe(weights: "w.safetensors"), data: .embedded("digits"))
    #expect(settings(code) == settings(file))
    #expect(code.adapter == nil)
    #expect(code.regularizers.isEmpty)
    #expect(code.isWhole)
  }

  @Test func everySettingAsInAFile() throws {
    let file = try recipe(
      """
      name: all
      seed: 3
      threads: 2
      backbone:
        {weights: "1.5", image_size: 64, heads: 4, epsilon: 1e-12, drop_path: 0.1, precision: mixed}
      data: {type: safetensors, path: "null", normalization: clip, train: train+val}
      adapter: {type: lora}
      regularizers: [{type: resora}]
      optimizer:
        {type: sgd, learning_rate: 0.3, weight_decay: 0.01, momentum: 0.5, nesterov: true, gradient_clip: 1}
      schedule: {type: constant, warmup_epochs: 1.5, warmup_factor: 0.1, minimum_factor: 0, step: epoch, lag_epochs: 2}
      drop_last: true
      regauge: 7
      batch_size: 32
      activation_cache: 5
      selection: best-val
      control: true
      stages: [{name: base, epochs: 4, regularize: false}, {name: next, epochs: 5, learning_rate: 1e-4}]
      """)
    let code = try Recipe(
      name: "all", seed: 3, threads: 2,
      backbone: BackboneRecipe(
        weights: "1.5", imageSize: 64, heads: 4, epsilon: 1e-12, dropPath: 0.1, precision: .mixed),
      data: .safetensors("null", normalization: .clip, train: .trainAndVal),
      adapter: AdapterRecipe(KnobAdapter.self, options: KnobOptions()),
      regularizers: [RegularizerRecipe(KnobPenalty.self, options: KnobOptions())],
      optimizer: OptimizerRecipe(
        SGD.self,
        options: SGDOptions {
          ($0.weightDecay, $0.momentum, $0.nesterov) = (0.01, 0.5, true)
        }, learningRate: 0.3, gradientClip: 1),
      schedule: RateSchedule(
        form: .constant, warmupEpochs: 1.5, warmupFactor: 0.1, minimumFactor: 0, step: .epoch,
        lagEpochs: 2),
      regauge: 7, batchSize: 32, dropLast: true, activationCache: 5,
      stages: [
        StageRecipe(name: "base", epochs: 4, regularizes: false),
        StageRecipe(name: "next", epochs: 5, learningRate: 1e-4),
      ], selection: .bestVal, control: true)
    #expect(settings(code) == settings(file))
    let again = try readBack(code)
    #expect(settings(again) == settings(code))
  }

  @Test func optionsAreWritten() throws {
    let options = KnobOptions(
      count: 7, scaleFactor: 0.1, limit: 1e-9, mode: .fast, title: "12", isOn: false)
    let recipe = try made(
      adapter: AdapterRecipe(KnobAdapter.self, options: options, sites: [.query], layers: [1, 0]),
      [RegularizerRecipe(KnobPenalty.self, options: KnobOptions(count: 2))])
    #expect(recipe.isWhole)
    let again = try readBack(recipe)
    #expect(outline(again.resolved) == outline(recipe.resolved))
    #expect(again.adapter?.sites == [.query])
    #expect(again.adapter?.layers == [1, 0])
    let text = yamlText(of: recipe.resolved)
    let lines = [
      "  count: 7", "  scale_factor: 0.1", "  limit: 1e-09", "  mode: very-fast", "  is_on: false",
    ]
    #expect(lines.filter { !text.contains($0) } == [])
    let penalty = try #require(try again.regularizers[0].make() as? KnobPenalty)
    #expect(penalty.options.count == 2)
  }

  /// The sites are the adapter's own choice, and every regularizer keeps its own options.
  @Test func pluginsAreThoseThatWereMade() throws {
    let weights: [Schedule] = [
      .constant(0.3), .linear(from: 0, to: 0.1, startEpoch: 2),
      .cosine(from: 1, to: 0.1, startEpoch: 2, endEpoch: 5), .fromEpoch(0.7, epoch: 3),
    ]
    let recipe = try made(
      weights.enumerated().map {
        RegularizerRecipe(KnobPenalty.self, options: KnobOptions(count: $0 + 1), weight: $1)
      })
    #expect(recipe.adapter?.sites == [.fc1])
    #expect(recipe.regularizers.map(\.label) == ["knob", "knob#2", "knob#3", "knob#4"])
    #expect(recipe.regularizers.map(\.weight) == weights)
    let counts = try recipe.regularizers.map { (try $0.make() as? KnobPenalty)?.options.count }
    #expect(counts == [1, 2, 3, 4])
    let again = try readBack(recipe)
    #expect(again.regularizers.map(\.weight) == weights)
  }

  @Test func whatCannotBeWrittenIsNotRead() throws {
    let recipe = try made([
      RegularizerRecipe(RenamedPenalty.self, options: RenamedOptions(power: 3))
    ])
    #expect(!recipe.isWhole)
    let penalty = try #require(try recipe.regularizers[0].make() as? RenamedPenalty)
    #expect(penalty.options.power == 3)
    let text = yamlText(of: recipe.resolved)
    #expect(text.contains("made_in_code: 'RenamedOptions(power: 3.0)'"))
    let found = failure { _ = try readBack(recipe) }
    #expect(found.contains("'regularizers.0' were made in code and could not be written"))
    #expect(found.split(separator: "\n").count { $0.contains("error:") } == 1)
    // At its default it is what reading nothing gives.
    let plain = try made([RegularizerRecipe(RenamedPenalty.self, options: RenamedOptions())])
    #expect(plain.isWhole)
    let function = try made([
      RegularizerRecipe(FunctionPenalty.self, options: FunctionOptions { $0 + 1 })
    ])
    #expect(!function.isWhole)
  }

  @Test func mistakesAreThoseOfFiles() {
    let found = failure {
      _ = try Recipe(
        name: "a/b", backbone: BackboneRecipe(weights: "w", dropPath: 2), data: .embedded("digits"),
        adapter: AdapterRecipe(KnobAdapter.self, options: KnobOptions(), sites: [.value]),
        regularizers: [
          RegularizerRecipe(KnobPenalty.self, options: KnobOptions(), weight: .constant(-1))
        ],
        optimizer: OptimizerRecipe(learningRate: .nan), schedule: RateSchedule(warmupEpochs: 9),
        batchSize: 0, stages: [StageRecipe(name: "x", epochs: 3), StageRecipe(name: "x")])
    }
    let expected = [
      "'name' is to be the name of a file", "'backbone.drop_path' must be",
      "'knob-adapter' cannot be attached to 'value'", "weight' falls below 0",
      "'optimizer.learning_rate'", "'batch_size' must be", "two stages are named 'x'",
      "stage 'x' has only 3 epochs",
    ]
    #expect(expected.filter { !found.contains($0) } == [])
    #expect(found.contains("recipe made in code:"))
    let control = failure {
      _ = try Recipe(
        backbone: BackboneRecipe(weights: "w"), data: .embedded("digits"), control: true)
    }
    #expect(control.contains("a control needs a stage that regularizes"))
  }
}
