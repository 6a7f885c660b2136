import Optimization
import PETL
import Recipes
import Testing

@Suite struct RecipeTests {
  @Test func whatIsTrained() throws {
    let recipe = try recipe(whole)
    #expect(recipe.name == "quickstart")
    #expect(recipe.seed == 3)
    #expect(recipe.threads == 2)
    #expect(recipe.backbone.type == .vit)
    #expect(recipe.backbone.weights == "embedded:vit-micro")
    #expect(recipe.backbone.imageSize == 64)
    #expect(recipe.backbone.heads == 4)
    #expect(recipe.backbone.epsilon == 1e-12)
    #expect(recipe.backbone.dropPath == 0.1)
    #expect(recipe.data.source == .embedded)
    #expect(recipe.data.name == "digits")
    #expect(recipe.data.path == nil)
    #expect(recipe.data.normalization == .imagenet)
    #expect(recipe.data.train == .trainAndVal)
    let adapter = try #require(recipe.adapter)
    #expect(adapter.plugin.descriptor.name == "lora")
    #expect(adapter.sites == [.query, .value, .fc1])
    #expect(adapter.layers == [0, 2])
    #expect(recipe.regularizers.map(\.label) == ["resora", "overlap", "resora#2"])
    let weights: [Schedule] = [
      .constant(0.2), .constant(0.1), .linear(from: 0, to: 0.1, startEpoch: 10),
    ]
    #expect(recipe.regularizers.map(\.weight) == weights)
  }

  @Test func howItIsTrained() throws {
    let recipe = try recipe(whole)
    #expect(recipe.optimizer.learningRate == 2e-3)
    let expected = AdamWOptions { ($0.weightDecay, $0.beta1, $0.beta2) = (1e-2, 0.8, 0.99) }
    #expect(recipe.optimizer.options as? AdamWOptions == expected)
    #expect(recipe.optimizer.gradientClip == 1)
    let schedule = RateSchedule {
      $0.warmupEpochs = 10
      $0.warmupFactor = 0.1
      $0.minimumFactor = 0
      $0.step = .epoch
      $0.lagEpochs = 1
      $0.cosineFrom = .start
      $0.cooldownEpochs = 5
    }
    #expect(recipe.schedule == schedule)
    #expect(recipe.batchSize == 32)
    #expect(recipe.dropLast)
    #expect(recipe.selection == .last)
    #expect(recipe.hasControl)
    #expect(recipe.stages.map(\.name) == ["base", "refine"])
    #expect(recipe.stages.map(\.epochs) == [100, 50])
    #expect(recipe.stages.map(\.regularizes) == [false, true])
    #expect(recipe.stages.map(\.learningRate) == [nil, 1e-4])
  }

  @Test func defaults() throws {
    let recipe = try recipe(least)
    #expect(recipe.name == "run")
    #expect(recipe.seed == 0)
    #expect(recipe.threads == nil)
    #expect(recipe.backbone.imageSize == nil)
    #expect(recipe.backbone.heads == nil)
    #expect(recipe.backbone.epsilon == nil)
    #expect(recipe.backbone.dropPath == 0)
    #expect(recipe.data.normalization == .inception)
    #expect(recipe.data.train == .train)
    #expect(recipe.adapter == nil)
    #expect(recipe.regularizers.isEmpty)
    #expect(recipe.optimizer.learningRate == 1e-3)
    let expected = AdamWOptions {
      ($0.weightDecay, $0.beta1, $0.beta2) = (1e-4, 0.9, 0.999)
    }
    #expect(recipe.optimizer.options as? AdamWOptions == expected)
    #expect(recipe.optimizer.gradientClip == nil)
    #expect(recipe.schedule == RateSchedule())
    #expect(recipe.batchSize == 64)
    #expect(!recipe.dropLast)
    #expect(recipe.selection == .last)
    #expect(!recipe.hasControl)
    #expect(recipe.stages.map(\.name) == ["train"])
    #expect(recipe.stages.map(\.epochs) == [100])
    #expect(recipe.stages[0].regularizes)
  }

  @Test func retrieval() throws {
    let recipe = try recipe(paired)
    #expect(recipe.task == .retrieval)
    #expect(recipe.backbone.type == .clip)
    #expect(recipe.backbone.tokenizer == "vocab.json")
    #expect(recipe.backbone.textHeads == 2)
    #expect(recipe.data.source == .pairs)
    #expect(recipe.data.path == "p.jsonl")
    #expect(recipe.adapter?.towers == [.text])
    #expect(
      recipe.retrieval == RetrievalRecipe { ($0.logitScale, $0.projections) = (.frozen, .learned) })
    let found = mistakes(paired, ["task=classification"])
    for words in [
      "section 'retrieval'", "'backbone.tokenizer'", "'backbone.text_heads'", "'adapter.towers'",
      "backbone.type: clip", "have no classes",
    ] {
      #expect(found.contains(words), "\(words): \(found)")
    }
    let pairs = mistakes("backbone: {weights: c}\ndata: {type: pairs, shots: 3}\n")
    #expect(pairs.contains("missing key 'path'"), "\(pairs)")
    #expect(pairs.contains("'data.shots'"), "\(pairs)")
  }

  @Test func overrides() throws {
    let changes = [
      "adapter.rank=2", "stages.1.epochs=7", "regularizers.0.weight={type: cosine, to: 1}",
      "threads=~", "name=other",
    ]
    let recipe = try recipe(whole, ["schedule.warmup_epochs=1"] + changes)
    #expect(recipe.name == "other")
    #expect(recipe.threads == nil)
    #expect(recipe.stages[1].epochs == 7)
    #expect(recipe.schedule.warmupEpochs == 1)
    #expect(recipe.regularizers[0].weight == .cosine(from: 0, to: 1))
    let resolved = yamlText(of: recipe.resolved)
    #expect(resolved.contains("  rank: 2\n"))
  }

  /// `~` takes a part away; a key without a value is a mistake still.
  @Test func partsTakenAway() throws {
    let none = try recipe(whole, ["adapter=~", "regularizers=null", "control=false", "stages=~"])
    #expect(none.adapter == nil)
    #expect(none.regularizers.isEmpty)
    #expect(none.stages.map(\.name) == ["train"])
    let found = mistakes(least + "\nadapter:\n")
    #expect(found.contains("'adapter' has no value"), "\(found)")
  }

  @Test(arguments: [
    ("all", nil), ("[3]", [3]), ("[0, 5, 2]", [0, 5, 2]), ("\"all\"", nil), ("~", nil),
  ])
  func layers(_ text: String, _ expected: [Int]?) throws {
    let layers = text == "~" ? "" : ", layers: \(text)"
    let recipe = try recipe("\(least)\nadapter: {type: lora\(layers)}\nepochs: 3\n")
    #expect(recipe.adapter?.layers == expected)
    #expect(recipe.adapter?.sites == [.query, .value])
    #expect(recipe.stages.map(\.epochs) == [3])
  }

  @Test func sitesOfAnAdapterWithoutQueries() throws {
    let recipe = try recipe("\(least)\nadapter: {type: block}\n")
    #expect(recipe.adapter?.sites == [.attention, .mlp])
  }
}
