import Backbones
import Checkpoints
import Datasets
import PETL
import Recipes

extension Predictor {
  /// The network of a file of weights with its own head, or an adapter and the head that came with it.
  ///
  /// What is not given is what the adapter's file says that it was trained with, else what the weights
  /// say.
  ///
  /// - Parameters:
  ///   - weights: `embedded:NAME` or a path.
  ///   - path: of the adapter, as `LoadedAdapter.read` takes it; nil for none.
  ///   - imageSize: the side of the images in pixels.
  ///   - heads: of attention, where nothing beside the weights says them.
  ///   - normalization: how pixels become numbers; of weights alone see `NormalizationGuess`.
  ///   - registry: the plugins that the adapter may be of.
  /// - Throws: `DiagnosticError` when weights or adapter cannot be read, or do not go together.
  public convenience init(
    weights: String, adapter path: String? = nil, imageSize: Int? = nil, heads: Int? = nil,
    normalization: Normalization? = nil, registry: PluginRegistry
  ) throws {
    var notes: [String] = []
    let checkpoint = try Ingredients.checkpoint(BackboneRecipe(weights: weights, heads: heads))
    let (store, description) = try Ingredients.weights(weights)
    let kept = try path.map { try AdapterLocation($0).metadata() } ?? [:]
    // A recipe or a probe that cannot be read says nothing here; verifying the probe will say so.
    let recipe = kept[AdapterFile.recipeKey].flatMap {
      try? Recipe(text: $0, name: "recipe of the adapter", registry: registry)
    }
    let trainedSize =
      (try? AdapterProbe(metadata: kept, file: path ?? ""))?.shape[1]
      ?? recipe?.backbone.imageSize
    if imageSize == nil, let trainedSize, trainedSize != checkpoint.outline.imageSize {
      notes.append("images of \(trainedSize) px, as the adapter was trained with")
    }
    let trained = try path.map { try AdapterFile.backboneWeights($0) } ?? []
    let backbone = try checkpoint.backbone(
      imageSize: imageSize ?? trainedSize, dropPath: 0, precision: .single,
      training: { trained.contains($0.name) })
    let loaded = try path.map {
      try LoadedAdapter.read($0, for: backbone, registry: registry)
    }
    notes += loaded?.warnings.map(\.message) ?? []
    var preprocessing = try recipe.map { try Preprocessing($0.data) } ?? Preprocessing()
    if let normalization {
      preprocessing.normalization = normalization
    } else if recipe != nil {
      notes.append(
        "normalization \(preprocessing.normalization.rawValue): the adapter was trained with it")
    } else {
      let guess = NormalizationGuess(for: store, description: description)
      preprocessing.normalization = guess.mode
      notes.append("normalization \(guess.mode.rawValue): \(guess.reason)")
    }
    let head = loaded?.head ?? backbone.pretrainedHead
    let count = head?.weight.shape[0] ?? 0
    let classes =
      loaded?.head == nil
      ? ClassNames.read(store.metadata, count: count) ?? checkpoint.labels
      : ClassNames.read(kept, count: count)
    self.init(
      name: path ?? weights, backbone: backbone, adapters: loaded?.adapters ?? .none, head: head,
      classes: classes?.count == count ? classes : nil, preprocessing: preprocessing,
      method: loaded?.methods.joined(separator: ", "), adapterMetadata: kept, notes: notes)
  }

  /// The model that a run ended with; the data it was trained on need not be there.
  ///
  /// - Parameters:
  ///   - run: the folder.
  ///   - registry: the plugins that its recipe may name.
  ///   - overrides: changes to the recipe, such as another path of the weights.
  /// - Throws: `DiagnosticError` when the folder does not fit its recipe.
  public convenience init(
    run: String, registry: PluginRegistry, overrides: [String] = []
  ) throws {
    let folder = try RunFolder(existing: run)
    let recipe = try folder.recipe(registry: registry, overrides: overrides)
    try recipe.require(.classification, of: folder.path)
    let path = try folder.lastCheckpoint(of: recipe)
    let file = try SafetensorsFile(path: path)
    guard let count = file.entry("head.weight")?.shape.first else {
      throw DiagnosticError("\(path): tensor 'head.weight' is missing")
    }
    let checkpoint = try Ingredients.located(at: recipe.backbone.span) {
      try Ingredients.checkpoint(recipe.backbone)
    }
    let generator = RandomGenerator(seed: UInt64(recipe.seed))
    let sites = try Ingredients.selected(
      recipe.adapter, from: checkpoint.sites(imageSize: recipe.backbone.imageSize))
    let adapters = try recipe.adapter.map {
      try AdapterSet($0.method, at: sites, generator: generator.split("adapters"))
    }
    let backbone = try checkpoint.backbone(
      imageSize: recipe.backbone.imageSize, dropPath: 0, precision: recipe.backbone.precision,
      training: Ingredients.trainedWeights(recipe.adapter) ?? { _ in false })
    let model = Model(
      backbone: backbone, adapters: adapters ?? .none, classes: count, generator: generator)
    try Checkpoint.load(path, into: model)
    // Folders from before the names were stored: from the data, where they are still there.
    let classes =
      ClassNames.read(file.metadata, count: count)
      ?? (try? Dataset(recipe.data))?.classes
    try self.init(
      name: run, backbone: backbone, adapters: model.adapters,
      head: (model.headWeight.value.detached(), model.headBias.value.detached()),
      classes: classes?.count == count ? classes : nil,
      preprocessing: Preprocessing(recipe.data),
      data: recipe.data, batchSize: recipe.batchSize,
      method: recipe.adapter?.plugin.descriptor.name,
      adapterMetadata: (try? AdapterLocation(run).metadata()) ?? [:])
  }
}

extension Predictor {
  /// Measures the network on labelled images.
  ///
  /// - Parameters:
  ///   - images: in memory, of any size, or files.
  ///   - dataset: what they are of, for messages.
  ///   - batchSize: images at once; redundancy is over the tokens of a batch.
  ///   - onError: what is done with a file that cannot be decoded.
  /// - Returns: the figures, which classes were taken for which, and remarks on the images.
  /// - Throws: `DiagnosticError` when there is no head, or one of other classes, or a file cannot be
  ///   decoded.
  public func evaluate(
    _ images: ImageSource, of dataset: Dataset, batchSize: Int, onError: OnImageError = .fail
  ) throws -> (evaluation: Evaluation, confusion: ConfusionMatrix, notes: [String]) {
    let model = try model()
    let count = model.headWeight.value.shape[0]
    guard count == dataset.classes.count else {
      throw DiagnosticError(
        "the head of \(name) has \(count) classes, data set '\(dataset.name)' has "
          + "\(dataset.classes.count)",
        hints: ["petl predict gives the logits of any head on any images"])
    }
    if let classes, classes != dataset.classes, Set(classes) == Set(dataset.classes),
      let index = classes.indices.first(where: { classes[$0] != dataset.classes[$0] })
    {
      throw DiagnosticError(
        "class \(index) is '\(classes[index])' for the head of \(name), "
          + "'\(dataset.classes[index])' in data set '\(dataset.name)'",
        hints: ["expected the classes in the same order"])
    }
    var totals = EvaluationTotals(classes: count)
    let notes = try forEachBatch(of: images, batchSize, onError) { pass, batch, part in
      let logits = noGradient { model.logits(batch, pass: pass) }
      totals.add(logits, labels: part.labels, pass: pass)
    }
    return (totals.evaluation, totals.confusion, notes)
  }

  /// What the user should know of a data set whose classes have other names than the head's; nil where
  /// they are the same, or where numbers stand for either.
  public func remark(on dataset: Dataset) -> String? {
    let numbers = (0..<dataset.classes.count).map(String.init)
    guard let classes, classes != dataset.classes, classes != numbers, dataset.classes != numbers,
      let pair = zip(classes, dataset.classes).first(where: { $0.0 != $0.1 })
    else { return nil }
    return "the head of \(name) names its classes in another way than data set '\(dataset.name)', "
      + "such as '\(pair.0)' for '\(pair.1)'"
  }

  /// Asks the network about the probe that was stored with its adapter.
  ///
  /// - Returns: The largest difference of a logit, divided by its size where that is above 1.
  /// - Throws: `DiagnosticError` when there is no probe, or it is not reproduced.
  public func verify() throws -> Double {
    guard let probe = try AdapterProbe(metadata: adapterMetadata, file: name) else {
      throw DiagnosticError(
        "\(name): there is no stored probe to verify with",
        hints: ["petl run stores one with the adapter that it trains"])
    }
    return try probe.verify(model())
  }
}
