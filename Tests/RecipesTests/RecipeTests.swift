import Optimization
import PETL
import Recipes
import Testing

/// The recipe of docs/architecture.md, whole.
private let whole = """
  name: quickstart
  seed: 3
  threads: 2
  backbone:
    type: vit
    weights: embedded:vit-micro        # or a file
    image_size: 64
    heads: 4
    epsilon: 1e-12
    drop_path: 0.1
  data:
    type: embedded
    name: digits
    normalization: imagenet
    train: train+val
  adapter:
    type: lora
    rank: 4
    scale: 0.5
    sites: [query, value, fc1]
    layers: [0, 2]
  regularizers:
    - type: resora
      measure: cosine
      weight: 0.2
    - type: overlap
    - type: resora
      weight: {type: linear, from: 0, to: 0.1, start_epoch: 10}
  optimizer:
    {type: adamw, learning_rate: 2e-3, weight_decay: 1e-2, beta1: 0.8, beta2: 0.99, gradient_clip: 1}
  schedule:
    {type: cosine, warmup_epochs: 10, warmup_factor: 0.1, minimum_factor: 0, step: epoch, lag_epochs: 1,
      cosine_from: start, cooldown_epochs: 5}
  batch_size: 32
  drop_last: true
  selection: last
  control: true
  stages:
    - {name: base, epochs: 100, regularize: false}
    - {name: refine, epochs: 50, learning_rate: 1e-4}
  """

/// A recipe of the other task.
private let paired = """
  task: retrieval
  backbone: {type: clip, weights: clip, tokenizer: vocab.json, text_heads: 2}
  data: {type: pairs, path: p.jsonl, normalization: clip}
  adapter: {type: lora, towers: [text]}
  retrieval: {logit_scale: frozen, projections: learned}
  """

private let least = """
  backbone: {weights: w.safetensors}
  data: {name: digits}
  """

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
    #expect(recipe.data.normalization == "imagenet")
    #expect(recipe.data.train == "train+val")
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
    let schedule = RateSchedule(
      warmupEpochs: 10, warmupFactor: 0.1, minimumFactor: 0, step: .epoch, lagEpochs: 1,
      cosineFrom: .start, cooldownEpochs: 5)
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
    #expect(recipe.data.normalization == "inception")
    #expect(recipe.data.train == "train")
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
    #expect(recipe.retrieval == RetrievalRecipe(logitScale: .frozen, projections: .learned))
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

  /// What a run writes down gives the same run again.
  @Test(arguments: [whole, paired, least, least + "\nadapter: {type: block}\nepochs: 9\n"])
  func roundTrip(_ text: String) throws {
    let first = try recipe(text)
    let written = yamlText(of: first.resolved)
    let second = try recipe(written)
    #expect(yamlText(of: second.resolved) == written)
    #expect(summary(first) == summary(second))
  }

  @Test func resolvedDefaults() throws {
    let written = yamlText(of: try recipe("\(least)\nadapter: {type: lora}\n").resolved)
    let expected = """
      name: run
      seed: 0
      task: classification
      backbone:
        type: auto
        weights: w.safetensors
        activation: auto
        drop_path: 0.0
        precision: fp32
      data:
        type: embedded
        name: digits
        resize: squash
        crop: 1
        interpolation: bicubic
        normalization: inception
        seed: 0
        on_error: fail
        cache: true
        train: train
      adapter:
        type: lora
        rank: 8
        scale: 1
        sites:
        - query
        - value
        layers: all
      optimizer:
        type: adamw
        learning_rate: 0.001
        weight_decay: 0.0001
        beta1: 0.9
        beta2: 0.999
        momentum: 0.9
        nesterov: false
        start_scale: 0.01
        damping: 0.001
        subspace_rank: 8
        refresh: 1000
        epsilon: 0.001
      schedule:
        type: cosine
        warmup_epochs: 0
        warmup_factor: 0.001
        minimum_factor: 0.01
        step: batch
        lag_epochs: 0
        cosine_from: warmup
        cooldown_epochs: 0
      batch_size: 64
      drop_last: false
      activation_cache: 1024
      epochs: 100
      selection: last
      control: false

      """
    #expect(written.replacing("drop_path: 0\n", with: "drop_path: 0.0\n") == expected)
  }

  /// Everything that a recipe can say is described, with its default.
  @Test func descriptors() {
    let described = Recipe.descriptors(plugins)
    let defaults = Dictionary(uniqueKeysWithValues: described.map { ($0.name, $0.defaultValue) })
    let expected = [
      "name": "run", "seed": "0", "task": "classification", "threads": "none",
      "backbone.type": "auto",
      "backbone.weights": "required", "backbone.image_size": "none", "backbone.heads": "none",
      "backbone.text_heads": "none", "backbone.tokenizer": "none",
      "backbone.epsilon": "none", "backbone.activation": "auto",
      "backbone.position_resampling": "none", "backbone.drop_path": "0",
      "backbone.precision": "fp32",
      "data.type": "embedded",
      "data.name": "none", "data.path": "none", "data.preset": "none", "data.resize": "squash",
      "data.crop": "1", "data.interpolation": "bicubic", "data.normalization": "inception",
      "data.classes": "none", "data.shots": "none", "data.val_fraction": "none",
      "data.test_fraction": "none", "data.seed": "0", "data.on_error": "fail",
      "data.exif": "true",
      "data.cache": "true", "data.train": "train", "adapter.type": "required",
      "adapter.sites": "[query, value]",
      "adapter.layers": "all", "adapter.towers": "[image, text]",
      "retrieval.logit_scale": "learned", "retrieval.projections": "frozen",
      "regularizers[].type": "required", "regularizers[].weight": "0.1",
      "optimizer.type": "adamw", "optimizer.learning_rate": "0.001",
      "optimizer.weight_decay": "0.0001", "optimizer.beta1": "0.9", "optimizer.beta2": "0.999",
      "optimizer.momentum": "0.9", "optimizer.nesterov": "false", "optimizer.start_scale": "0.01",
      "optimizer.damping": "0.001",
      "optimizer.subspace_rank": "8", "optimizer.refresh": "1000", "optimizer.epsilon": "0.001",
      "optimizer.gradient_clip": "none", "schedule.type": "cosine", "schedule.warmup_epochs": "0",
      "schedule.warmup_factor": "0.001", "schedule.minimum_factor": "0.01",
      "schedule.step": "batch", "schedule.lag_epochs": "0", "schedule.cosine_from": "warmup",
      "schedule.cooldown_epochs": "0", "batch_size": "64", "drop_last": "false",
      "activation_cache": "1024", "regauge": "none", "epochs": "100", "stages[].name": "stage-1",
      "stages[].epochs": "100",
      "stages[].regularize": "true", "stages[].learning_rate": "none", "selection": "last",
      "control": "false",
    ]
    let options = defaults.filter {
      ![
        "backbone", "data", "adapter", "regularizers", "optimizer", "schedule", "stages",
        "retrieval",
      ]
      .contains($0.key)
    }
    #expect(options == expected)
    let undocumented = described.filter(\.help.isEmpty)
    #expect(undocumented.isEmpty)
  }

  /// What two recipes must agree on.
  private func summary(_ recipe: Recipe) -> String {
    var place = recipe
    place.resolved = ConfigurationNode(.mapping([]), span: recipe.resolved.span)
    place.backbone.span = nil
    place.backbone.imageSpan = nil
    place.data.span = nil
    let adapter = place.adapter.map {
      "\($0.plugin.descriptor) \($0.sites) \($0.towers) \(String(describing: $0.layers))"
    }
    let regularizers = place.regularizers.map { "\($0.label) \($0.weight)" }
    return [
      "\(place.name) \(place.seed) \(String(describing: place.threads))", "\(place.backbone)",
      "\(place.data)", "\(place.task) \(place.retrieval)", adapter ?? "", "\(regularizers)",
      "\(place.optimizer)", "\(place.schedule)",
      "\(place.batchSize) \(place.dropLast) \(place.stages) \(place.selection) \(place.hasControl)",
    ].joined(separator: "\n")
  }
}
