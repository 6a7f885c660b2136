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
    backbone: BackboneRecipe(weights: "w.safetensors"), data: .embedded("digits")
  ) {
    ($0.adapter, $0.regularizers, $0.stages) = (adapter, regularizers, stages)
  }
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
      backbone: BackboneRecipe(weights: "1.5") {
        ($0.imageSize, $0.heads, $0.epsilon) = (64, 4, 1e-12)
        ($0.dropPath, $0.precision) = (0.1, .mixed)
      }, data: .safetensors("null", normalization: .clip, train: .trainAndVal)
    ) {
      ($0.name, $0.seed, $0.threads) = ("all", 3, 2)
      $0.adapter = AdapterRecipe(KnobAdapter.self, options: KnobOptions())
      $0.regularizers = [RegularizerRecipe(KnobPenalty.self, options: KnobOptions())]
      $0.optimizer = OptimizerRecipe(
        SGD.self,
        options: SGDOptions { ($0.weightDecay, $0.momentum, $0.nesterov) = (0.01, 0.5, true) },
        learningRate: 0.3, gradientClip: 1)
      $0.schedule = RateSchedule {
        ($0.form, $0.warmupEpochs, $0.warmupFactor) = (.constant, 1.5, 0.1)
        ($0.minimumFactor, $0.step, $0.lagEpochs) = (0, .epoch, 2)
      }
      ($0.regauge, $0.batchSize, $0.dropLast, $0.activationCache) = (7, 32, true, 5)
      $0.stages = [
        StageRecipe { ($0.name, $0.epochs, $0.regularizes) = ("base", 4, false) },
        StageRecipe { ($0.name, $0.epochs, $0.learningRate) = ("next", 5, 1e-4) },
      ]
      ($0.selection, $0.hasControl) = (.bestVal, true)
    }
    #expect(settings(code) == settings(file))
    let again = try readBack(code)
    #expect(settings(again) == settings(code))
  }

  @Test func optionsAreWritten() throws {
    let options = KnobOptions {
      ($0.count, $0.scaleFactor, $0.limit) = (7, 0.1, 1e-9)
      ($0.mode, $0.title, $0.isOn) = (.fast, "12", false)
    }
    let recipe = try made(
      adapter: AdapterRecipe(KnobAdapter.self, options: options, sites: [.query], layers: [1, 0]),
      [RegularizerRecipe(KnobPenalty.self, options: KnobOptions { $0.count = 2 })])
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
      weights.enumerated().map { index, weight in
        RegularizerRecipe(
          KnobPenalty.self, options: KnobOptions { $0.count = index + 1 }, weight: weight)
      })
    #expect(recipe.adapter?.sites == [.fc1])
    #expect(recipe.regularizers.map(\.label) == ["knob", "knob#2", "knob#3", "knob#4"])
    #expect(recipe.regularizers.map(\.weight) == weights)
    let counts = try recipe.regularizers.map { (try $0.make() as? KnobPenalty)?.options.count }
    #expect(counts == [1, 2, 3, 4])
    let again = try readBack(recipe)
    #expect(again.regularizers.map(\.weight) == weights)
  }

  /// A property may be called otherwise than its option.
  @Test func optionsOfOtherNamesAreWritten() throws {
    let recipe = try made([
      RegularizerRecipe(RenamedPenalty.self, options: RenamedOptions { $0.power = 3 })
    ])
    #expect(yamlText(of: recipe.resolved).contains("  exponent: 3.0\n"))
    let penalty = try #require(try readBack(recipe).regularizers[0].make() as? RenamedPenalty)
    #expect(penalty.options.power == 3)
  }

  @Test func whatIsNotDeclaredIsRefused() throws {
    let found = failure {
      _ = try made([
        RegularizerRecipe(HiddenPenalty.self, options: HiddenOptions { $0.power = 3 })
      ])
    }
    #expect(
      found == """
        error: the options of 'hidden' have a property that a recipe cannot hold
          declare every property in 'visit'
        """)
    // At its default it is what reading nothing gives.
    _ = try made([RegularizerRecipe(HiddenPenalty.self, options: HiddenOptions())])
  }

  @Test func mistakesAreThoseOfFiles() {
    let found = failure {
      _ = try Recipe(
        backbone: BackboneRecipe(weights: "w") { $0.dropPath = 2 }, data: .embedded("digits")
      ) {
        ($0.name, $0.batchSize) = ("a/b", 0)
        $0.adapter = AdapterRecipe(
          KnobAdapter.self, options: KnobOptions { $0.count = 10 }, sites: [.value])
        $0.regularizers = [
          RegularizerRecipe(KnobPenalty.self, options: KnobOptions(), weight: .constant(-1))
        ]
        $0.optimizer.learningRate = .nan
        $0.schedule.warmupEpochs = 9
        $0.stages = [
          StageRecipe { ($0.name, $0.epochs) = ("x", 3) }, StageRecipe { $0.name = "x" },
        ]
      }
    }
    let expected = [
      "'name' is to be the name of a file", "'backbone.drop_path' must be",
      "'adapter.count' must be from 1 to 9", "'knob-adapter' cannot be attached to 'value'",
      "weight' falls below 0",
      "'optimizer.learning_rate'", "'batch_size' must be", "two stages are named 'x'",
    ]
    #expect(expected.filter { !found.contains($0) } == [])
    #expect(found.contains("recipe made in code:"))
    let control = failure {
      _ = try Recipe(backbone: BackboneRecipe(weights: "w"), data: .embedded("digits")) {
        $0.hasControl = true
      }
    }
    #expect(control.contains("a control needs a stage that regularizes"))
  }
}
