import PETL
import Recipes
import Testing

/// What is written of a recipe, and said of its options.
@Suite struct RecipeWritingTests {
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
      "data.exif": "true", "data.augmentation.crop": "none",
      "data.augmentation.crop_area": "0.08",
      "data.augmentation.crop_aspect": "1.3333333333333333", "data.augmentation.flip": "0",
      "data.augmentation.brightness": "0", "data.augmentation.contrast": "0",
      "data.augmentation.saturation": "0", "data.augmentation.hue": "0",
      "data.augmentation.rand_augment": "0", "data.augmentation.rand_magnitude": "9",
      "data.augmentation.erasing": "0", "data.augmentation.erasing_area": "0.33",
      "data.augmentation.mixup": "0", "data.augmentation.cutmix": "0",
      "data.cache": "true", "data.train": "train", "plugins": "[]", "adapter.type": "required",
      "adapter.sites": "[query, value]",
      "adapter.layers": "all", "adapter.towers": "[image, text]", "adapter.bias": "none",
      "adapter.modules_to_save": "[]", "adapter.OPTION_pattern": "none",
      "retrieval.logit_scale": "learned", "retrieval.projections": "frozen",
      "text.length": "none", "text.template": "none", "text.learn": "completion",
      "text.packing": "false", "text.group_by_length": "false", "text.recompute": "false",
      "text.add_end": "true", "text.text": "text", "text.pair": "none", "text.label": "label",
      "text.labels": "classes", "text.glue": "none", "text.pooling": "none",
      "regularizers[].type": "required", "regularizers[].weight": "0.1",
      "loss.type": "required", "rules[].type": "required",
      "optimizer.type": "adamw", "optimizer.learning_rate": "0.001",
      "optimizer.weight_decay": "0.0001", "optimizer.beta1": "0.9", "optimizer.beta2": "0.999",
      "optimizer.momentum": "0.9", "optimizer.nesterov": "false", "optimizer.start_scale": "0.01",
      "optimizer.damping": "0.001",
      "optimizer.subspace_rank": "8", "optimizer.refresh": "1000", "optimizer.epsilon": "0.001",
      "optimizer.gradient_clip": "none", "schedule.type": "cosine", "schedule.warmup_epochs": "0",
      "schedule.warmup_factor": "0.001", "schedule.minimum_factor": "0.01",
      "schedule.step": "batch", "schedule.lag_epochs": "0", "schedule.cosine_from": "warmup",
      "schedule.cooldown_epochs": "0", "batch_size": "64", "micro_batch_size": "none",
      "micro_shards": "none",
      "drop_last": "false",
      "activation_cache": "1024", "regauge": "none", "epochs": "100", "stages[].name": "stage-1",
      "stages[].epochs": "100",
      "stages[].regularize": "true", "stages[].learning_rate": "none", "selection": "last",
      "control": "false",
    ]
    let options = defaults.filter {
      ![
        "backbone", "data", "adapter", "regularizers", "optimizer", "schedule", "stages",
        "retrieval", "loss", "rules", "text", "data.augmentation",
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
